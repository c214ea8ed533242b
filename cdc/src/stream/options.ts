import type { Direction } from '@strangler/core'
import type { TargetKey } from '../apply/foreign-keys.ts'
import type { Frontier } from '../copy/frontier.ts'
import type { ChangeLog, LogIdentity } from '../log/log.ts'
import type { Translation } from '../translate/translation.ts'
import type { Companion } from './companions.ts'

export interface StreamOptions {
  readonly name: string
  readonly slice: string
  readonly direction: Direction
  readonly translations: readonly Translation[]
  /** The target's foreign keys, which the applier has to look at itself. */
  readonly keys: readonly TargetKey[]
  /** The applier's connection string for the target. */
  readonly target: string
  openLog(identity: LogIdentity): Promise<ChangeLog>
  ownerEpoch(again: boolean): Promise<number>
  /** Where another slice's rows come from, on the way into the same side; undefined when it is not synced. */
  companion(slice: string): Companion | undefined
  /** How far first copies have come. */
  readonly frontier: Frontier
  readonly log: {
    info(fields: object, message: string): void
    warn(fields: object, message: string): void
  }
}

export type StreamState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'streaming' }
  /** It cannot go on for now, and tries again by itself. */
  | { readonly kind: 'waiting'; readonly why: string }
  /** It cannot go on before somebody does something. */
  | { readonly kind: 'stopped'; readonly error: Error }
