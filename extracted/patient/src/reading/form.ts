import { invalid, type Problem } from '../http/refusal.ts'

/** Makes a value of what was sent for a field, or throws {@link Unacceptable}. */
export type Reader<T> = (sent: unknown) => T

/** What is wrong with a field, to be read behind its name: `must be text`. */
export class Unacceptable extends Error {}

export function unacceptable(why: string): never {
  throw new Unacceptable(why)
}

export type Form = Readonly<Record<string, Reader<unknown>>>
export type Filled<F extends Form> = { [K in keyof F]: ReturnType<F[K]> }

/** Reads all fields of a form. All problems are told at once, in the order of the form. */
export function fill<F extends Form>(form: F, input: unknown): Filled<F> {
  return read(form, input, () => true) as Filled<F>
}

/** Reads only those fields that were sent; null is sent. */
export function fillSent<F extends Form>(form: F, input: unknown): Partial<Filled<F>> {
  return read(form, input, (sent) => sent !== undefined) as Partial<Filled<F>>
}

function read(form: Form, input: unknown, isRead: (sent: unknown) => boolean) {
  if (!isObject(input)) throw invalid([{ field: 'body', message: 'must be a JSON object' }])
  const values: Record<string, unknown> = {}
  const problems: Problem[] = []
  for (const [field, reader] of Object.entries(form)) {
    const sent = input[field]
    if (!isRead(sent)) continue
    try {
      values[field] = reader(sent)
    } catch (error) {
      if (!(error instanceof Unacceptable)) throw error
      problems.push({ field, message: error.message })
    }
  }
  if (problems.length > 0) throw invalid(problems)
  return values
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `fallback` for a field that was not sent. */
export const optional =
  <T, F>(reader: Reader<T>, fallback: F): Reader<T | F> =>
  (sent) =>
    sent === undefined ? fallback : reader(sent)

export const nullable =
  <T>(reader: Reader<T>): Reader<T | null> =>
  (sent) =>
    sent === null ? null : reader(sent)

export const required =
  <T>(reader: Reader<T>): Reader<T> =>
  (sent) =>
    sent === undefined ? unacceptable('is required') : reader(sent)

/** A reader whose values must also fulfil a condition. */
export const provided =
  <T>(reader: Reader<T>, holds: (value: T) => boolean, otherwise: string): Reader<T> =>
  (sent) => {
    const value = reader(sent)
    return holds(value) ? value : unacceptable(otherwise)
  }
