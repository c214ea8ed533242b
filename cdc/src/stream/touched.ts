import { displayName } from '@strangler/core'
import { keyText } from '../apply/batch.ts'
import type { TouchedKeys } from '../apply/work.ts'
import type { Translation } from '../translate/translation.ts'

/** So many keys are remembered; of a slice with more changes everything has to be verified again. */
const limit = 500_000

export interface Touch {
  readonly table: Translation
  readonly key: readonly string[]
}

export interface Watch extends Disposable {
  saw(touch: Touch): boolean
}

function watchText(table: Translation, key: string): string {
  return `${displayName(table.source)} ${key}`
}

/** The keys that a stream has changed since they were last taken: what a verification has to look at. */
export class TouchedSince {
  #keys = new Map<Translation, Map<string, readonly string[]>>()
  #count = 0
  #overflowed = false
  readonly #watches = new Set<Set<string | Translation>>()

  get count(): number {
    return this.#count
  }

  /** More changed than could be remembered. */
  get overflowed(): boolean {
    return this.#overflowed
  }

  note(touched: TouchedKeys): void {
    for (const watch of this.#watches) {
      for (const [table, keys] of touched) {
        for (const text of keys.keys()) watch.add(watchText(table, text))
      }
    }
    if (this.#overflowed) return
    for (const [table, keys] of touched) {
      let known = this.#keys.get(table)
      if (!known) this.#keys.set(table, (known = new Map<string, readonly string[]>()))
      const before = known.size
      for (const [text, key] of keys) known.set(text, key)
      this.#count += known.size - before
    }
    if (this.#count > limit) this.overflow()
  }

  /** Not all that changed is known here. */
  overflow(): void {
    this.#overflowed = true
    this.#keys.clear()
  }

  /** All rows of these tables were deleted at once. */
  noteTruncated(tables: ReadonlySet<Translation>): void {
    for (const watch of this.#watches) for (const table of tables) watch.add(table)
  }

  /** Watches which keys are touched from now on, besides. */
  watch(): Watch {
    const seen = new Set<string | Translation>()
    this.#watches.add(seen)
    return {
      saw: ({ table, key }) => seen.has(table) || seen.has(watchText(table, keyText(key))),
      [Symbol.dispose]: () => void this.#watches.delete(seen),
    }
  }

  /** Hands the keys over and starts anew. */
  take(): Touch[] {
    const taken = [...this.#keys].flatMap(([table, keys]) =>
      [...keys.values()].map((key) => ({ table, key })),
    )
    this.#keys = new Map()
    this.#count = 0
    this.#overflowed = false
    return taken
  }

  /** Takes keys back that turned out not to be settled. */
  giveBack(touches: readonly Touch[]): void {
    for (const { table, key } of touches) {
      this.note(new Map([[table, new Map([[keyText(key), key]])]]))
    }
  }
}
