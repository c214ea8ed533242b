import { afterAll, beforeAll, expect, test } from 'vitest'
import { readRows, withClient, writeRows } from '../harness/conversion.ts'
import { pairs } from '../harness/mapping.ts'
import { openSides, type Sides } from '../harness/sides.ts'
import { tokenOf } from '../harness/tokens.ts'

let sides: Sides

beforeAll(async () => {
  sides = await openSides()
})

afterAll(() => sides[Symbol.asyncDispose]())

async function write(url: string, method: string, path: string, body?: object) {
  const answer = await fetch(`${url}/api${path}`, {
    method,
    headers: {
      authorization: `Bearer ${tokenOf('admin')}`,
      'content-type': 'application/json',
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  expect([path, answer.status, answer.ok]).toEqual([path, answer.status, true])
  return answer
}

/** Something of everything that is audited. */
async function workOn(url: string): Promise<void> {
  const added = await write(url, 'POST', '/owners', {
    fullName: 'Ada  de Lovelace',
    address: { city: 'Kraków', '10': [1.5] },
    marketingOptIn: true,
  })
  const { id: owner_id }: { id: string } = JSON.parse(await added.text())
  await write(url, 'PATCH', `/owners/${owner_id}`, { fullName: 'Ada', phone: '' })
  await write(url, 'PATCH', `/owners/${owner_id}`, { fullName: 'Ada' })
  await write(url, 'POST', '/pets', {
    owner_id,
    species_code: 'dog',
    name: 'Rex',
    sex: 'FS',
    birth_date: '2020-02-29',
    weight_kg: 12.5,
    microchip: '111111111',
    allergies: ['a,b', 'NULL'],
    attributes: { color: 'black', '1': null },
    insurance_limit: 1500,
  })
  await write(url, 'PATCH', '/pets/101', { sex: 'MN', attributes: { '1': 1 }, weight_kg: null })
  await write(url, 'POST', '/pets', { owner_id, species_code: 'cat', name: 'Tom' })
  await write(url, 'POST', '/pets/102/swap-microchip', { withPetId: 101 })
  await write(url, 'POST', '/pets/101/vaccinations', { vaccine: 'x', dueOn: '31/12/2030' })
  await write(url, 'POST', '/pets/101/vaccinations', {
    vaccine: 'y',
    givenOn: '31/12/2024',
    price: '1.5',
    batch: '',
  })
  const answer = await fetch(`${url}/api/pets/101/vaccinations`, {
    headers: { authorization: `Bearer ${tokenOf('admin')}` },
  })
  const { items }: { items: { id: string }[] } = JSON.parse(await answer.text())
  await write(url, 'PATCH', `/vaccinations/${items[1]!.id}`, { status: 'overdue', price: 3 })
  await write(url, 'DELETE', `/vaccinations/${items[0]!.id}`)
  await write(url, 'PATCH', '/species/cat', { code: 'cats', name: 'Cats' })
  await write(url, 'PATCH', '/species/cats', { code: 'cat', name: 'Cat' })
  await write(url, 'DELETE', '/pets/101')
  const leaving = await write(url, 'POST', '/owners', { fullName: 'Passing by' })
  const { id }: { id: string } = JSON.parse(await leaving.text())
  await write(url, 'DELETE', `/owners/${id}`)
}

const isoTime = /\d{4}-\d\d-\d\dT[\d:.]+\+00:00/g
const isUuid = /[0-9a-f]{8}-[0-9a-f-]{27}/g

test('the same work leaves the same entries, with ids that cannot meet', async () => {
  await workOn(sides.legacy.url)
  await workOn(sides.service.url)
  const entries = (url: string, table: string) =>
    sides.postgres.sql<{ entry: string; id: string }>(
      url,
      `select id, jsonb_build_object('table', table_name, 'key', row_key, 'actor', actor,
         'action', action, 'change', change)::text as entry
       from ${table} where table_name <> 'appointments' order by table_name, row_key, id`,
    )
  // What differs is when it was and which UUID it got; sorted again, for UUIDs had an order.
  const comparable = (rows: { entry: string }[]) =>
    rows.map(({ entry }) => entry.replaceAll(isoTime, '<time>').replaceAll(isUuid, '<uuid>')).sort()
  const expected = await entries(sides.legacyUrl, 'audit_log')
  const actual = await entries(sides.serviceUrl, 'audit_entries')
  expect(expected.length).toBeGreaterThan(20)
  expect(comparable(actual)).toEqual(comparable(expected))
  for (const { id } of actual) expect(Number(id)).toBeGreaterThanOrEqual(1e12)
})

test('entries that are copied into the monolith read there as if it had written them', async () => {
  const { service, legacy, toLegacy } = pairs.find((pair) => pair.legacy === 'audit_log')!
  await withClient(sides.serviceUrl, (source) =>
    withClient(sides.legacyUrl, async (target) => {
      await target.query("delete from audit_log where table_name <> 'appointments'")
      await writeRows(target, legacy, await readRows(source, service, toLegacy))
    }),
  )
  const answer = await fetch(`${sides.legacy.url}/api/audit?table=pets&key=101`, {
    headers: { authorization: `Bearer ${tokenOf('admin')}` },
  })
  const { entries }: { entries: object[] } = JSON.parse(await answer.text())
  expect(entries).toHaveLength(4)
  expect(entries[2]).toEqual({
    id: expect.stringMatching(/^1000000000\d{3}$/),
    at: expect.stringMatching(/^\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d$/),
    actor: 'admin@petsphere.test',
    table: 'pets',
    key: '101',
    action: 'update',
    change: {
      sex: { from: 'FS', to: 'MN' },
      weight_kg: { from: 12.5, to: null },
      attributes: { from: { '1': null, color: 'black' }, to: { '1': 1 } },
    },
  })
})

test('what is replicated into the tables is nobody’s work there', async () => {
  const count = async () => {
    const [row] = await sides.postgres.sql<{ count: string }>(
      sides.serviceUrl,
      'select count(*) from audit_entries',
    )
    return row!.count
  }
  const before = await count()
  await withClient(sides.serviceUrl, async (client) => {
    await client.query('set session_replication_role = replica')
    await client.query("update animals set display_name = 'Other'")
  })
  expect(await count()).toBe(before)
})

test('without a caller, an entry names the database’s user', async () => {
  await sides.postgres.sql(
    sides.serviceUrl,
    "update animals set display_name = 'By hand' where animal_id = 1",
  )
  const [entry] = await sides.postgres.sql(
    sides.serviceUrl,
    'select actor, row_key from audit_entries order by id desc limit 1',
  )
  expect(entry).toEqual({ actor: 'postgres', row_key: '1' })
})
