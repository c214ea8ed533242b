import { isDeepStrictEqual } from 'node:util'
import { furtherRoutes, routes } from '../src/index.ts'
import type { Case } from './case.ts'
import { undeclared } from './coverage.ts'
import type { Answer } from './http-client.ts'
import type { Known } from './known.ts'
import { look } from './look.ts'

/** Everything about the answers that is not as the case expects. */
export function judge(each: Case, answers: readonly Answer[], known: Known): string[] {
  const expected = [each.expect].flat()
  const got = answers.map(({ status }) => status)
  if (
    !isDeepStrictEqual(
      got,
      expected.toSorted((a, b) => a - b),
    )
  ) {
    return [`expected ${expected.join(' and ')}, got ${got.join(' and ')}: ${excerpt(answers)}`]
  }
  return [...undeclaredStatuses(each, got), ...wrongParts(each, answers[0]!, known)]
}

function undeclaredStatuses({ route, method }: Case, got: readonly number[]): string[] {
  if (method === 'OPTIONS') return []
  const seen = got.map((status) => ({ route, caller: 'anonymous' as const, status }))
  return undeclared([...routes, ...furtherRoutes], seen).map(
    ({ status }) => `the route does not declare ${status}`,
  )
}

function wrongParts({ holds, bytes }: Case, answer: Answer, known: Known): string[] {
  const wrong: string[] = []
  for (const [where, value] of Object.entries(holds ?? {})) {
    const expected = known.fillJson(value)
    const got = look(answer, where)
    if (isDeepStrictEqual(got, expected)) continue
    wrong.push(`${where} should be ${show(expected)}, is ${show(got)}: ${excerpt([answer])}`)
  }
  if (bytes && !bytes.equals(answer.body)) {
    wrong.push(`expected ${bytes.length} certain bytes, got ${answer.body.length} others`)
  }
  return wrong
}

const show = (value: unknown) => JSON.stringify(value) ?? 'missing'

const excerpt = (answers: readonly Answer[]) =>
  answers.map(({ body }) => body.toString('utf8').slice(0, 500)).join('\n')
