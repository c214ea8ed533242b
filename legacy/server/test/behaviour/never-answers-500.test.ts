import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { routes } from '../../src/index.ts'
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

const oneOf = (words: string) => fc.constantFrom(...words.split(/\s+/))

const names = oneOf(`fullName email phone address notes owner_id species_code name sex birth_date
  weight_kg microchip allergies attributes insurance_limit text species born_from allergy limit
  withPetId vaccine givenOn dueOn price batch status code breeds petId vetId serviceTypeId start week
  minutes timezone openingHours role active clinicId date from to before cursor page per_page q search
  key filename note sku unit reorderAt tags low size quantity kind leadDays supplierId lines offset
  findings diagnosis codes vitals weightKg treatments itemId description unitPrice visitedOn
  userIds template channels subject body data report format until`)

const words = oneOf(`1 0 -1 dog M admin done 2024-02-29 29/02/2024 2024-02-30 2031-03-03T09:00:00Z
  1000-01-01 2999-12-31 9999999999.99 0.001 NaN Infinity Europe/London % \\ ' 🐕 a@b.test`)

const numbers = fc.constantFrom(1, 0, -1, 1.5, 1e21, 2 ** 31)
const oddTexts = fc.constantFrom('', ' ', '\0', '\ud800')
const objects = fc.constantFrom([], {}, [null], [''], { '\0': 1 }, { color: 1 }, { '': '\ud800' })
const plausible = fc.oneof(words, numbers, oddTexts, objects, fc.constantFrom(null, true))

const bodies = fc.oneof(
  fc.dictionary(
    names,
    fc.oneof({ weight: 3, arbitrary: plausible }, fc.jsonValue({ maxDepth: 3 })),
  ),
  fc.jsonValue(),
)

const segments = oneOf(`1 0 -1 2147483647 2147483648 999999999999999999 x %00 %F0%9F%90%95
  00000000-0000-4000-8000-000000000000 dog %25 ' ..%2f 1e3`)

test.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))(
  '%s answers nonsense with a 4xx, or takes it',
  async (_, { method, path }) => {
    const ids = fc.array(segments, { minLength: 2, maxLength: 2 })
    expect.hasAssertions()
    await fc.assert(fc.asyncProperty(bodies, bodies, ids, ask), { numRuns: 30 })

    async function ask(body: unknown, query: unknown, ids: string[]): Promise<void> {
      const filled = path.replaceAll(/:\w+/g, () => ids.pop() ?? '1')
      const hasBody = method !== 'GET' && method !== 'DELETE'
      const answer = await petsphere.fetch(
        `${filled}?${queryOf(query)}`,
        {
          method,
          headers: { 'content-type': 'application/json' },
          ...(hasBody ? { body: JSON.stringify(body) } : {}),
        },
        'admin@petsphere.test',
      )
      await answer.arrayBuffer()
      expect(answer.status).toBeLessThan(500)
    }
  },
)

function queryOf(values: unknown): string {
  if (typeof values !== 'object' || values === null) return ''
  return Object.entries(values)
    .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])
    .map((pair) => pair.map((text) => encodeURIComponent(text.toWellFormed())).join('='))
    .join('&')
}
