/** What can go wrong in core, and whether the same call may succeed later. */
const codes = {
  WRONG_PLAN: { retriable: false },
  MISSING_SETTING: { retriable: false },
  MISSING_TABLE: { retriable: false },
  UNFENCEABLE: { retriable: false },
  NOT_SYNCED: { retriable: false },
  CONTROL_STORE_TOO_NEW: { retriable: false },
  CONTROL_STORE_RESTORED: { retriable: false },
  FLAGS_UNREACHABLE: { retriable: true },
  LOCKED: { retriable: true },
} as const

export type CoreErrorCode = keyof typeof codes

/** A failure of core's own. The message says what happened, to what, and what to do about it. */
export class CoreError extends Error {
  override readonly name = 'CoreError'
  readonly code: CoreErrorCode
  readonly retriable: boolean
  /** The nouns of the failure. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    code: CoreErrorCode,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.code = code
    this.retriable = codes[code].retriable
    this.details = details
  }
}
