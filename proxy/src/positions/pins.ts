import type { Exposure } from './exposure.ts'

/** What one request of a principal leaves in one database, from before it is sent until a mark lies after it. */
export interface Pin {
  /** Unlike any other, also of other proxies. */
  readonly id: string
  readonly principal: string
  readonly database: string
  readonly kind: 'write' | 'read'
}

/** By database. */
export type Exposures = ReadonlyMap<string, Exposure>

export interface KnownPins {
  /** What this proxy has set; it changes as marks become known. */
  readonly own?: Exposures | undefined
  /** What the others have set, as it was a moment ago. */
  readonly others?: Exposures | undefined
  /** No proxy has told a client of anything that is missing here. */
  readonly isComplete: boolean
}

/** Whether all proxies can see a pin; at once, where there is nobody to ask. */
export type Shared = boolean | Promise<boolean>

/** Where pins are kept. What a store cannot share it still keeps for this proxy. */
export interface PinStore {
  /** How many principals this proxy has pinned. */
  readonly count: number
  /** What is known of a principal so far; sets a pin in the same step if there is one. */
  read(pin: Pick<Pin, 'principal'> | Pin): KnownPins | Promise<KnownPins>
  set(pin: Pin): Shared
  /** Whether a pin that was set is still where all proxies see it. */
  isShared(pin: Pin): boolean
  /** A write was acknowledged: from now on its principal may expect to find it. */
  acknowledge(pin: Pin): Shared
  /** Takes a pin away: what it was about lies before that mark, or never was if there is none. */
  settle(pin: Pin, mark?: number): void
  /** Forgets what has arrived everywhere. */
  sweep(isSettled: (database: string, exposure: Exposure) => boolean): void
}

export function isPin(pin: Pick<Pin, 'principal'> | Pin): pin is Pin {
  return 'id' in pin
}
