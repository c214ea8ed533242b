import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Route, RouteEffect, Side } from '@strangler/core'
import type { Visit } from './positions/visit.ts'

/** Who a request is for, and what is known of them. */
export interface Principal {
  /** A token's subject, a session, or an address; with its kind, so that they never meet. */
  readonly id: string
  /** A verified token's claims. */
  readonly claims: Readonly<Record<string, unknown>>
}

/** A slice's route that a request matched. */
export interface SliceRoute extends Route {
  readonly slice: string
}

/** One request on its way through the proxy, and what each stage found out about it. */
export interface Exchange {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  /** Of a request for a WebSocket: what its client has sent behind it already. */
  readonly head: Buffer | undefined
  /** The path, without its query. */
  readonly path: string
  readonly startedAt: number
  principal: Principal
  /** Undefined for what no slice claims: the monolith answers that. */
  route: SliceRoute | undefined
  effect: RouteEffect
  /** The slices whose tables it writes. What the monolith writes where no slice is, nobody knows. */
  writes: readonly string[]
  side: Side
  /** Of its slice, when its side was chosen. */
  owner: Side
  /** What its principal wrote and saw; known once they are. */
  visit: Visit
  /** What it shows no later read may miss. */
  isWatched: boolean
  /** The database that is known to hold all that its principal wrote. */
  caughtUp: string | undefined
  /** Called once the request is over, however it ended. */
  readonly onEnd: (() => void)[]
}

/** One step of a request's way. What it throws is answered to the client. */
export type Stage = (exchange: Exchange) => void | Promise<void>
