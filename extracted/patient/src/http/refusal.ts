/** A field that will not do, and why: `name`, `is required`. */
export interface Problem {
  readonly field: string
  readonly message: string
}

/** A request that is turned down for a reason that its sender can act on. */
export class Refusal extends Error {
  readonly status: number
  readonly code: string
  readonly problems: readonly Problem[]

  constructor(
    status: number,
    code: string,
    message: string,
    { problems = [], cause }: { problems?: readonly Problem[]; cause?: unknown } = {},
  ) {
    super(message, { cause })
    this.status = status
    this.code = code
    this.problems = problems
  }
}

export function invalid(problems: readonly Problem[], cause?: unknown): Refusal {
  const message = problems.map(({ field, message }) => `${field} ${message}`).join('; ')
  return new Refusal(400, 'INVALID', message, { problems, cause })
}

export const missing = (what: string) => new Refusal(404, 'NOT_FOUND', `No such ${what}`)
export const conflict = (code: string, message: string) => new Refusal(409, code, message)
export const unprocessable = (code: string, message: string) => new Refusal(422, code, message)
