import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPool } from '../../src/database/pool.ts'
import { forgetPublished } from '../../src/events/outbox.ts'
import { silent } from '../harness/service.ts'
import { openSides, type Sides } from '../harness/sides.ts'
import { tokenOf } from '../harness/tokens.ts'

let sides: Sides

beforeAll(async () => {
  sides = await openSides()
})
afterAll(() => sides[Symbol.asyncDispose]())

async function ask(method: string, path: string, body?: object): Promise<Response> {
  return fetch(`${sides.service.url}/api${path}`, {
    method,
    headers: { authorization: `Bearer ${tokenOf('admin')}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
}

const events = () =>
  sides.postgres.sql(
    sides.serviceUrl,
    'select aggregateid as id, type, payload from outbox order by written_at',
  )

test('an animal that is registered, changed or archived is told of, once each; what is refused is not', async () => {
  const before = (await (await ask('GET', '/pets/1')).json()) as { owner_id: string }
  const { owner_id } = before
  const added = await ask('POST', '/pets', { owner_id, species_code: 'dog', name: 'Rex' })
  expect(added.status).toBe(201)
  const { id } = (await added.json()) as { id: number }
  const refused = await ask('POST', '/pets', { owner_id, species_code: 'unicorn', name: 'Rex' })
  expect(refused.status).toBe(422)
  expect((await ask('PATCH', `/pets/${id}`, { name: 'Max' })).status).toBe(200)
  expect((await ask('PATCH', `/pets/${id}`, {})).status).toBe(200)
  expect((await ask('DELETE', `/pets/${id}`)).status).toBe(204)
  const animal = { animalId: id, guardianId: owner_id, kind: 'dog' }
  expect(await events()).toEqual([
    { id: String(id), type: 'animal registered', payload: { ...animal, name: 'Rex' } },
    { id: String(id), type: 'animal changed', payload: { ...animal, name: 'Max' } },
    { id: String(id), type: 'animal archived', payload: { animalId: id } },
  ])
})

test('events that were sent long ago are deleted, and no others', async () => {
  await sides.postgres.sql(
    sides.serviceUrl,
    "update outbox set written_at = now() - interval '40 days' where type = 'animal registered'",
  )
  const options = { databaseUrl: sides.serviceUrl, size: 1, statementTimeoutMs: 10_000 }
  const pool = createPool({ ...options, log: silent })
  await forgetPublished(pool, silent)
  await pool.end()
  expect(await events()).toMatchObject([{ type: 'animal changed' }, { type: 'animal archived' }])
})
