import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSides, type Sides } from '../harness/sides.ts'
import { tokenOf } from '../harness/tokens.ts'

let sides: Sides

beforeAll(async () => {
  sides = await openSides()
})

afterAll(() => sides[Symbol.asyncDispose]())

const authorization = `Bearer ${tokenOf('admin')}`

const send = (method: string, path: string, body?: object) =>
  fetch(`${sides.service.url}/api${path}`, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })

const times = <T>(count: number, make: (n: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, n) => make(n)))

const rows = <Row extends Record<string, unknown>>(statement: string) =>
  sides.postgres.sql<Row>(sides.serviceUrl, statement)

/** Animals of clinic 1 that clients see. */
const somePets = async () => {
  const found = await rows<{ id: number }>(
    `select animal_id as id from animals join guardians using (guardian_id)
     where clinic_id = 1 and archived_at is null order by 1 limit 6`,
  )
  return found.map(({ id }) => id)
}

test('of many who give the same chip to different animals, one succeeds', async () => {
  const pets = await somePets()
  const answers = await times(6, (n) =>
    send('PATCH', `/pets/${pets[n]}`, { microchip: 'WANTED12345' }),
  )
  const statuses = answers.map(({ status }) => status)
  expect(statuses.sort((a, b) => a - b)).toEqual([200, 409, 409, 409, 409, 409])
})

test('files that arrive at once are numbered without gaps or doubles', async () => {
  const [pet] = await somePets()
  await rows(`delete from documents where animal_id = ${pet}`)
  const answers = await times(20, (n) =>
    fetch(`${sides.service.url}/api/pets/${pet}/attachments?filename=${n}`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'image/png' },
      body: 'x',
    }),
  )
  const given = await Promise.all(
    answers.map(async (answer) => {
      const { seq }: { seq: number } = JSON.parse(await answer.text())
      return seq
    }),
  )
  expect(given.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1))
})

test('chips that are swapped all ways at once are neither lost nor doubled', async () => {
  const pets = (await somePets()).slice(0, 3)
  for (const [n, pet] of pets.entries()) {
    expect((await send('PATCH', `/pets/${pet}`, { microchip: `SWAPPED00${n}` })).status).toBe(200)
  }
  const answers = await times(30, (n) =>
    send('POST', `/pets/${pets[n % 3]}/swap-microchip`, { withPetId: pets[(n + 1 + (n % 2)) % 3] }),
  )
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  const chips = await rows<{ chip: string }>(
    `select chip_number as chip from animals where animal_id in (${pets.join(',')}) order by 1`,
  )
  expect(chips.map(({ chip }) => chip)).toEqual(['SWAPPED000', 'SWAPPED001', 'SWAPPED002'])
})

test('an owner who gets an animal while being deleted keeps it, or never had it', async () => {
  for (let round = 0; round < 10; round++) {
    const added = await send('POST', '/owners', { fullName: 'Brief' })
    const { id: owner_id }: { id: string } = JSON.parse(await added.text())
    const pet = { owner_id, species_code: 'dog', name: 'Late' }
    const [given, deleted] = await Promise.all([
      send('POST', '/pets', pet),
      send('DELETE', `/owners/${owner_id}`),
    ])
    expect([
      [201, 409],
      [422, 204],
    ]).toContainEqual([given.status, deleted.status])
  }
})
