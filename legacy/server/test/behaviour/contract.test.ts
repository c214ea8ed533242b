import { afterAll, beforeAll, expect, test } from 'vitest'
import { cases } from '../../contract/cases/index.ts'
import { runContract } from '../../contract/run.ts'
import { type Petsphere, startPetsphere } from '../harness/petsphere.ts'
import { Postgres } from '../harness/postgres.ts'

let postgres: Postgres
let petsphere: Petsphere

beforeAll(async () => {
  postgres = await Postgres.open()
  petsphere = await startPetsphere(await postgres.seededDatabase('petsphere'))
})

afterAll(async () => {
  await petsphere[Symbol.asyncDispose]()
  await postgres[Symbol.asyncDispose]()
})

test('the server answers as the contract says, and no declared answer is left out', async () => {
  const { failures, uncovered } = await runContract({ baseUrl: petsphere.url })
  expect(failures).toEqual([])
  expect(uncovered).toEqual([])
})

test('a second run, and a run on another server, say the same to the last byte', async () => {
  await using other = await startPetsphere(await postgres.seededDatabase('other'))
  const again = await runContract({ baseUrl: petsphere.url })
  const elsewhere = await runContract({ baseUrl: other.url })
  expect(JSON.stringify(elsewhere.transcript)).toBe(JSON.stringify(again.transcript))
})

test('when a case is removed, what only it has shown is named', async () => {
  const isCase = (route: string, name: string) => (each: (typeof cases)[number]) =>
    each.route === route && each.name === name
  const removed = [
    isCase('DELETE /api/species/:code', 'not while there are pets'),
    isCase('GET /api/roles', 'owner is turned away'),
  ]
  const { failures, uncovered } = await runContract({
    baseUrl: petsphere.url,
    cases: cases.filter((each) => !removed.some((matches) => matches(each))),
  })
  expect(failures).toEqual([])
  expect(uncovered).toEqual([
    'GET /api/roles as owner answering 403',
    'DELETE /api/species/:code as admin answering 409',
  ])
})

test('an answer that is not as expected is reported with what came instead', async () => {
  const { failures } = await runContract({
    baseUrl: petsphere.url,
    cases: [
      { name: 'wrong status', route: 'GET /api/pets', as: 'anonymous', expect: 200 },
      {
        name: 'wrong body',
        route: 'GET /health',
        as: 'anonymous',
        expect: 200,
        holds: { status: 'ill' },
      },
    ],
  })
  expect(failures).toEqual([
    {
      case: 'GET /api/pets as anonymous: wrong status',
      explanation: 'expected 200, got 401: {"error":"Unauthorized"}',
    },
    {
      case: 'GET /health as anonymous: wrong body',
      explanation: 'status should be "ill", is "ok": {"status":"ok"}',
    },
  ])
})
