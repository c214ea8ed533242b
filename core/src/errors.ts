import { Failure } from './failure.ts'

/** What can go wrong in core, and whether the same call may succeed later. */
const codes = {
  WRONG_PLAN: { retriable: false },
  WRONG_SETTING: { retriable: false },
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

/** A failure of core's own. */
export class CoreError extends Failure<CoreErrorCode> {
  override readonly name = 'CoreError'
  readonly retriable: boolean = codes[this.code].retriable
}
