/** What can go wrong in a worker, and whether the same may succeed later without anybody's help. */
const codes = {
  TABLES_DO_NOT_FIT: { retriable: false },
  LOSSY_MAPPING: { retriable: false },
  COLUMN_GONE: { retriable: false },
  CANNOT_APPLY: { retriable: false },
  FENCE_FORBIDS: { retriable: false },
  LOG_GONE: { retriable: false },
  SOURCE_CHANGED: { retriable: false },
  CANNOT_SYNC: { retriable: false },
  WRONG_SETTING: { retriable: false },
  POSITION_MOVED: { retriable: true },
  CONNECTION_LOST: { retriable: true },
} as const

export type CdcErrorCode = keyof typeof codes

/** A failure of the worker's own. The message says what happened, to what, and what to do about it. */
export class CdcError extends Error {
  override readonly name = 'CdcError'
  readonly code: CdcErrorCode
  readonly retriable: boolean
  /** The nouns of the failure. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    code: CdcErrorCode,
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
