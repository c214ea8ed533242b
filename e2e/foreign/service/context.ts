import type { IncomingMessage } from 'node:http'
import { Refusal } from '../http.ts'
import type { User } from './identity.ts'
import type { Store } from './store.ts'

export interface Context {
  readonly request: IncomingMessage
  readonly search: URLSearchParams
  /** What the path names, decoded: a parcel's id, an event's seq, the parts of a rate's key. */
  readonly named: Readonly<Record<string, string>>
  readonly user: User
  readonly store: Store
}

const largest = 9_223_372_036_854_775_807n

/** A name from the path that is to be a bigint. @throws Refusal 404 when it can be none. */
export function bigintNamed(context: Context, name: string): string {
  const text = context.named[name] ?? ''
  if (/^[1-9][0-9]{0,18}$/.test(text) && BigInt(text) <= largest) return text
  throw new Refusal(404, 'nothing here')
}

export function requireSupervisor({ user }: Context) {
  if (user.role !== 'supervisor') throw new Refusal(403, 'ask a supervisor')
}

/** Rows that the database wrote as JSON, as one array. */
export const arrayOf = (rows: readonly { readonly body: string }[]) =>
  `[${rows.map(({ body }) => body).join(',\n')}]`
