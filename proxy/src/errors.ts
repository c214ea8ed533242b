import { Failure } from '@strangler/core'

/** What the proxy itself may have to answer. Everything else comes from upstream. */
const codes = {
  BAD_TARGET: { status: 400, retriable: false },
  UPSTREAM_UNREACHABLE: { status: 502, retriable: true },
  UPSTREAM_BROKE_OFF: { status: 502, retriable: false },
  UPSTREAM_TIMED_OUT: { status: 504, retriable: false },
  HELD_TOO_LONG: { status: 503, retriable: true },
  TOO_MANY_HELD: { status: 503, retriable: true },
  NOT_CAUGHT_UP: { status: 503, retriable: true },
  WRONG_SETTING: { status: 500, retriable: false },
} as const

export type ProxyErrorCode = keyof typeof codes

/** A request that the proxy refuses, or a proxy that cannot start. */
export class ProxyError extends Failure<ProxyErrorCode> {
  override readonly name = 'ProxyError'
  readonly status: number = codes[this.code].status
  /** The same request may succeed in a moment. */
  readonly retriable: boolean = codes[this.code].retriable
}
