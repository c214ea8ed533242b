/** A map that forgets what was used least lately when it is full. */
export class LruMap<Key, Value> {
  readonly #entries = new Map<Key, Value>()
  readonly #limit: number
  readonly #onForgotten: ((value: Value) => void) | undefined

  constructor(limit: number, onForgotten?: (value: Value) => void) {
    this.#limit = limit
    this.#onForgotten = onForgotten
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: Key): Value | undefined {
    const value = this.#entries.get(key)
    if (value === undefined) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, value)
    return value
  }

  set(key: Key, value: Value): void {
    this.#entries.delete(key)
    this.#entries.set(key, value)
    if (this.#entries.size <= this.#limit) return
    const [oldest] = this.#entries
    if (!oldest) return
    this.#entries.delete(oldest[0])
    this.#onForgotten?.(oldest[1])
  }

  delete(key: Key): void {
    this.#entries.delete(key)
  }

  entries(): MapIterator<[Key, Value]> {
    return this.#entries.entries()
  }
}
