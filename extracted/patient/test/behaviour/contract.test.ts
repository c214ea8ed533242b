import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ContractResult, runContract } from '../../../../legacy/server/contract/run.ts'
import { startPetsphere } from '../../../../legacy/server/test/harness/petsphere.ts'
import { openSides, type Sides } from '../harness/sides.ts'

const isPatients = (path: string) =>
  /^\/api\/(owners|pets|vaccinations|species)(?=[/?]|$)/i.test(path)

/** Of a transcript entry or a failure: `GET /api/pets`, `GET /api/pets as admin: a page`. */
const concernsPatients = (route: string) => isPatients(route.split(' ', 2)[1] ?? '')

let sides: Sides
let alone: ContractResult
let together: ContractResult

beforeAll(async () => {
  sides = await openSides()
  await using other = await startPetsphere(await sides.postgres.seededDatabase('other'))
  alone = await runContract({ baseUrl: other.url })
  together = await runContract({
    baseUrl: sides.legacy.url,
    sliceUrl: sides.service.url,
    isInSlice: isPatients,
  })
})

afterAll(() => sides[Symbol.asyncDispose]())

test('the service fails no case of the area', () => {
  expect(alone.failures).toEqual([])
  expect(together.failures.filter(({ case: name }) => concernsPatients(name))).toEqual([])
})

test('what it says is what the monolith says, to the last byte', () => {
  const ofPatients = ({ transcript }: ContractResult) =>
    transcript.filter(({ route }) => concernsPatients(route))
  expect(ofPatients(alone).length).toBeGreaterThan(150)
  expect(ofPatients(together)).toEqual(ofPatients(alone))
})

test('every route of the area has been asked', () => {
  expect(together.uncovered.filter(concernsPatients)).toEqual([])
})

test('it says that it is well, and nothing on paths that are not its own', async () => {
  const ask = async (path: string) => {
    const answer = await fetch(sides.service.url + path)
    return [answer.status, answer.headers.get('content-type'), await answer.text()]
  }
  expect(await ask('/health')).toEqual([200, 'application/json; charset=utf-8', '{"status":"ok"}'])
  for (const path of ['/api/appointments', '/api/nothing', '/nothing']) {
    const [status, type, text] = await ask(path)
    const answer = await fetch(sides.legacy.url + (path === '/api/appointments' ? '/api/x' : path))
    expect([status, type, text]).toEqual([
      answer.status,
      answer.headers.get('content-type'),
      await answer.text(),
    ])
  }
})
