import type { Answer } from './http-client.ts'

/** What is in an answer at a dotted path into its JSON, or in the header named after an @. */
export function look(answer: Answer, where: string): unknown {
  if (where.startsWith('@')) return answer.headers[where.slice(1)]
  let value: unknown = JSON.parse(answer.body.toString('utf8'))
  for (const key of where.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined
    const object: Record<string, unknown> = { ...value, length: lengthOf(value) }
    value = object[key]
  }
  return value
}

const lengthOf = (value: object) => (Array.isArray(value) ? value.length : undefined)
