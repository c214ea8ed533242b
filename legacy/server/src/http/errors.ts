/** One field of a request that cannot be accepted. */
export interface FieldProblem {
  readonly field: string
  readonly message: string
}

/** A request refused for a reason that the client can act on. */
export class Refusal extends Error {
  readonly status: number
  readonly code: string
  readonly problems: readonly FieldProblem[]

  constructor(
    status: number,
    code: string,
    message: string,
    problems: readonly FieldProblem[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.status = status
    this.code = code
    this.problems = problems
  }
}

export function invalid(problems: readonly FieldProblem[], cause?: unknown): Refusal {
  const message = problems.map(({ field, message }) => `${field} ${message}`).join('; ')
  return new Refusal(400, 'INVALID', message, problems, { cause })
}

export const notFound = (what: string) => new Refusal(404, 'NOT_FOUND', `No such ${what}`)
export const conflict = (code: string, message: string) => new Refusal(409, code, message)
export const unprocessable = (code: string, message: string) => new Refusal(422, code, message)

/** How an area words a refusal: an object is sent as JSON, a string as plain text. */
export type ErrorStyle = (refusal: Refusal) => object | string

// Each area grew its own, and the client has learnt every one of them.

export const errorText: ErrorStyle = ({ message }) => ({ error: message })

export const messageAndCode: ErrorStyle = ({ message, code }) => ({ message, code })

export const errorsByField: ErrorStyle = ({ message, problems }) =>
  problems.length > 0 ? { errors: problems } : { error: message }

export const errorsByFieldOrCode: ErrorStyle = ({ message, code, problems }) =>
  problems.length > 0 ? { errors: problems } : { message, code }

export const plainTextWhenMissing: ErrorStyle = ({ status, message, code }) =>
  status === 404 ? message : { message, code }

export const titleAndDetail: ErrorStyle = ({ status, message, code }) => ({
  status,
  title: code.toLowerCase().replaceAll('_', ' '),
  detail: message,
})
