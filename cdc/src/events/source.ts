import type { DomainEvent } from './event.ts'

/** Where an event stands in a topic; undefined where the log itself knows what was taken. */
export type EventPlace =
  | { readonly topic: string; readonly partition: number; readonly next: bigint }
  | undefined

/** Takes an event in for good; resolves only when that is committed. */
export type TakeEvent = (event: DomainEvent, place: EventPlace) => Promise<void>

/** What a consumer's events come from. */
export interface EventSource {
  /**
   * Hands events over one after the other, those of an aggregate in their order, and again what was not taken.
   * Ends when the signal says so, or with what broke it.
   *
   * @throws CdcError LOG_GONE when events are missing.
   */
  follow(take: TakeEvent, signal: AbortSignal): Promise<void>
}
