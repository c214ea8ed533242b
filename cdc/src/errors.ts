import { Failure } from '@strangler/core'

/** What can go wrong in a worker, and whether the same may succeed later without anybody's help. */
const codes = {
  TABLES_DO_NOT_FIT: { retriable: false },
  LOSSY_MAPPING: { retriable: false },
  COLUMN_GONE: { retriable: false },
  /** A target refuses a change for what the row holds. */
  CANNOT_APPLY: { retriable: false },
  TOO_MANY_REFUSED: { retriable: false },
  /** Rows have to be parked that were applied already: what they are part of has to be read again. */
  KEYS_BROKEN: { retriable: true },
  /** What a row refers to is another slice's, whose stream has not brought it yet. */
  AWAITS_SLICE: { retriable: true },
  FENCE_FORBIDS: { retriable: false },
  LOG_GONE: { retriable: false },
  SOURCE_CHANGED: { retriable: false },
  CANNOT_SYNC: { retriable: false },
  POSITION_MOVED: { retriable: true },
  CONNECTOR_REFUSED: { retriable: false },
  /** Kafka knows who asks, and does not let them; or does not, and wants to. */
  KAFKA_REFUSED: { retriable: false },
  CONNECTION_LOST: { retriable: true },
} as const

export type CdcErrorCode = keyof typeof codes

/** A failure of the worker's own. */
export class CdcError extends Failure<CdcErrorCode> {
  override readonly name = 'CdcError'
  readonly retriable: boolean = codes[this.code].retriable
}
