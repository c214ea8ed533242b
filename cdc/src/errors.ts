import { Failure } from '@strangler/core'

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
  POSITION_MOVED: { retriable: true },
  CONNECTION_LOST: { retriable: true },
} as const

export type CdcErrorCode = keyof typeof codes

/** A failure of the worker's own. */
export class CdcError extends Failure<CdcErrorCode> {
  override readonly name = 'CdcError'
  readonly retriable: boolean = codes[this.code].retriable
}
