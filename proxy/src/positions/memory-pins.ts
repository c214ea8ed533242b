import { LruMap } from '../lru.ts'
import { type Exposure, noExposure } from './exposure.ts'
import { isPin, type KnownPins, type Pin, type PinStore } from './pins.ts'

export interface MemoryPinsOptions {
  readonly maxPrincipals?: number
  /** Somebody was forgotten who may have seen anything that the database holds. */
  onForgotten(database: string): void
}

/** The pins of one proxy: for one that is alone, and for what several cannot share. */
export class MemoryPins implements PinStore {
  readonly #principals: LruMap<string, Map<string, Exposure>>
  /** Whose principal may be forgotten by now. */
  readonly #set = new WeakMap<Pin, { exposure: Exposure; acknowledged: boolean }>()

  constructor({ maxPrincipals = 100_000, onForgotten }: MemoryPinsOptions) {
    this.#principals = new LruMap(maxPrincipals, (forgotten) => {
      for (const database of forgotten.keys()) onForgotten(database)
    })
  }

  get count(): number {
    return this.#principals.size
  }

  read(pin: Pick<Pin, 'principal'> | Pin): KnownPins {
    if (isPin(pin)) this.set(pin)
    return { own: this.#principals.get(pin.principal), isComplete: true }
  }

  set(pin: Pin): boolean {
    const exposure = this.#exposure(pin)
    if (pin.kind === 'write') exposure.inFlight += 1
    else exposure.unmarkedReads += 1
    this.#set.set(pin, { exposure, acknowledged: false })
    return true
  }

  isShared(): boolean {
    return true
  }

  acknowledge(pin: Pin): boolean {
    const set = this.#set.get(pin)
    if (!set) return true
    set.exposure.inFlight -= 1
    set.exposure.unmarkedWrites += 1
    set.acknowledged = true
    return true
  }

  settle(pin: Pin, mark = -1): void {
    const set = this.#set.get(pin)
    if (!set) return
    this.#set.delete(pin)
    const { exposure, acknowledged } = set
    if (pin.kind === 'read') {
      exposure.unmarkedReads -= 1
      exposure.seen = Math.max(exposure.seen, mark)
    } else {
      if (acknowledged) exposure.unmarkedWrites -= 1
      else exposure.inFlight -= 1
      exposure.written = Math.max(exposure.written, mark)
    }
  }

  /** @param onSettled called with what is forgotten. */
  sweep(
    isSettled: (database: string, exposure: Exposure) => boolean,
    onSettled?: (principal: string, database: string, exposure: Exposure) => void,
  ): void {
    for (const [principal, exposures] of this.#principals.entries()) {
      for (const [database, exposure] of exposures) {
        if (!isSettled(database, exposure)) continue
        exposures.delete(database)
        onSettled?.(principal, database, exposure)
      }
      if (exposures.size === 0) this.#principals.delete(principal)
    }
  }

  #exposure({ principal, database }: Pin): Exposure {
    let exposures = this.#principals.get(principal)
    if (!exposures) this.#principals.set(principal, (exposures = new Map<string, Exposure>()))
    let exposure = exposures.get(database)
    if (!exposure) exposures.set(database, (exposure = noExposure()))
    return exposure
  }
}
