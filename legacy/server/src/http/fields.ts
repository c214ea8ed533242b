import { type FieldProblem, invalid } from './errors.ts'

/** Turns what a client sent for one field into a value, or throws {@link Wrong} with what is wrong. */
export type Check<T> = (value: unknown) => T

export class Wrong extends Error {}

export function wrong(message: string): never {
  throw new Wrong(message)
}

export type Shape = Record<string, Check<unknown>>
export type Checked<S extends Shape> = { [K in keyof S]: ReturnType<S[K]> }

/** Reads every field of the shape; all problems are reported at once, in the shape's order. */
export function readFields<S extends Shape>(input: unknown, shape: S): Checked<S> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- read() has checked each field
  return read(input, shape, Object.keys(shape)) as Checked<S>
}

/** Reads only the fields that were sent. */
export function readChanges<S extends Shape>(input: unknown, shape: S): Partial<Checked<S>> {
  const sent = asObject(input)
  const names = Object.keys(shape).filter((name) => sent[name] !== undefined)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- read() has checked each field
  return read(input, shape, names) as Partial<Checked<S>>
}

function read(input: unknown, shape: Shape, names: readonly string[]): Record<string, unknown> {
  const sent = asObject(input)
  const problems: FieldProblem[] = []
  const result: Record<string, unknown> = {}
  for (const field of names) {
    try {
      result[field] = shape[field]!(sent[field])
    } catch (error) {
      if (!(error instanceof Wrong)) throw error
      problems.push({ field, message: error.message })
    }
  }
  if (problems.length > 0) throw invalid(problems)
  return result
}

function asObject(input: unknown): Record<string, unknown> {
  if (isObject(input)) return input
  throw invalid([{ field: 'body', message: 'must be a JSON object' }])
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
