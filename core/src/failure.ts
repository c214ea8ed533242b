/**
 * What the failures of all packages have in common. Each package has a class of its own, with a table of its
 * codes. The message says what happened, to what, and what to do about it.
 */
export abstract class Failure<Code extends string> extends Error {
  readonly code: Code
  /** The nouns of the failure, for logs and `--json`. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    code: Code,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.code = code
    this.details = details
  }
}
