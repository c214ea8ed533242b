import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { copyLine } from '../../src/seed/copy-text.ts'
import { seedTables } from '../../src/seed/seed.ts'
import { type Size, sizes } from '../../src/seed/world.ts'

/** A digest of all rows, as they are sent to a database. */
async function digestOf(size: Size): Promise<string> {
  const digest = createHash('sha256')
  for (const [table, rows] of await seedTables({ size, bcryptCost: 4 })) {
    for (const row of rows) digest.update(`${table}\t${copyLine(row, Object.keys(row))}`)
  }
  return digest.digest('hex')
}

test('small is the same rows on every machine', async () => {
  expect(await digestOf(sizes.small)).toBe(
    '84a0ed85d0e340325a844107b94356a034116491c8d7660c712c8d2180e86c53',
  )
})

/** Large, but for how many there are. */
const large = {
  ...sizes.large,
  clinics: 2,
  vetsPerClinic: 1,
  ownerLoginsPerClinic: 2,
  owners: 200,
  pets: 300,
  attachments: 20,
}

test('large, with fewer clinics, is the same rows on every machine', async () => {
  expect(await digestOf(large)).toBe(
    '1910f0dfa7c203578f9abaf6c5c662364ea4f15d025b2f9febc382920573b769',
  )
})

test('rows are made when they are asked for, not before', async () => {
  const [, rows] = (await seedTables({ size: sizes.large, bcryptCost: 4 })).find(
    ([table]) => table === 'vaccinations',
  )!
  // All of them would take minutes, and more memory than there is.
  expect([...Iterator.from(rows).take(3)].map(({ id }) => id)).toEqual([1, 2, 3])
})
