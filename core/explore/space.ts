import type { State } from './model/state.ts'

export const partNames = [
  'control',
  'legacy',
  'extracted',
  'first',
  'second',
  'late',
  'left',
  'right',
  'budget',
] as const

const width = partNames.length

/** A state as it is stored: a row of its parts' numbers. */
export type Row = Uint16Array

export interface Stored {
  readonly row: Row
  readonly state: State
}

/**
 * The states met so far, and the steps between them. Each of a state's parts is stored once; a state is a row
 * of their numbers, found again through a hash table, all in flat arrays: millions of states have to fit.
 */
export class Space {
  readonly #parts: unknown[] = []
  readonly #numbers = new Map<string, number>()
  #rows = new Uint16Array(width * 1024)
  #table = new Int32Array(4096).fill(-1)
  #parents = new Int32Array(1024)
  /** Where each state's steps begin in the targets; states are visited in their order. */
  #starts = new Int32Array(1024)
  /** The states that steps lead to; inverted when only a dead database's return does. */
  #targets = new Int32Array(4096)
  #size = 0
  #steps = 0
  #visited = 0
  readonly #found = new Uint16Array(width)

  get size(): number {
    return this.#size
  }

  /** A state's row; parts that it shares with the state that a step comes from keep their numbers. */
  rowOf(state: State, from?: Stored): Row {
    const row = new Uint16Array(width)
    for (let at = 0; at < width; at++) {
      const part = state[partNames[at]!]
      row[at] = from && from.state[partNames[at]!] === part ? from.row[at]! : this.#number(part)
    }
    return row
  }

  /** @returns the state's index; that of a state which is the same but for the order of its proxies */
  add(row: Row, parent: number): number {
    const found = this.#found
    found.set(row)
    if (found[6]! > found[7]!) [found[6], found[7]] = [found[7]!, found[6]!]
    let slot = hash(found) & (this.#table.length - 1)
    for (;;) {
      const index = this.#table[slot]!
      if (index < 0) break
      if (this.#equals(index, found)) return index
      slot = (slot + 1) & (this.#table.length - 1)
    }
    const index = this.#size++
    this.#table[slot] = index
    this.#rows = roomFor(this.#rows, this.#size * width)
    this.#rows.set(found, index * width)
    this.#parents = roomFor(this.#parents, this.#size)
    this.#parents[index] = parent
    if (this.#size * 2 > this.#table.length) this.#widen()
    return index
  }

  row(index: number): Row {
    return this.#rows.slice(index * width, (index + 1) * width)
  }

  stateOf(row: Row, delays: boolean): State {
    const state: Record<string, unknown> = { delays }
    for (let at = 0; at < width; at++) state[partNames[at]!] = this.#parts[row[at]!]
    return state as unknown as State
  }

  /** The steps that are added next are this state's. Has to be called for each state, in their order. */
  visit(index: number): void {
    this.#starts = roomFor(this.#starts, index + 1)
    this.#starts[index] = this.#steps
    this.#visited = index + 1
  }

  link(target: number, isReturn: boolean): void {
    this.#targets = roomFor(this.#targets, this.#steps + 1)
    this.#targets[this.#steps++] = isReturn ? ~target : target
  }

  /** Which of the states can reach a good one. */
  leadingTo(good: readonly number[], withReturns: boolean): Uint8Array {
    const before = this.#predecessors(withReturns)
    const leads = new Uint8Array(this.#size)
    const queue = new Int32Array(this.#size)
    let end = 0
    const reach = (index: number) => {
      if (leads[index]) return
      leads[index] = 1
      queue[end++] = index
    }
    for (const index of good) reach(index)
    for (let at = 0; at < end; at++) {
      const target = queue[at]!
      for (let edge = before.starts[target]!; edge < before.starts[target + 1]!; edge++) {
        reach(before.sources[edge]!)
      }
    }
    return leads
  }

  /** A shortest way to a state, as indices, from the first. */
  path(index: number): number[] {
    const path: number[] = []
    for (let at = index; at >= 0; at = this.#parents[at]!) path.unshift(at)
    return path
  }

  /** The steps turned round: the sources of each target's, side by side. */
  #predecessors(withReturns: boolean): { starts: Int32Array; sources: Int32Array } {
    const target = (step: number) => {
      const to = this.#targets[step]!
      return to >= 0 ? to : withReturns ? ~to : -1
    }
    const starts = new Int32Array(this.#size + 1)
    for (let step = 0; step < this.#steps; step++) {
      const to = target(step)
      if (to >= 0) starts[to]! += 1
    }
    let sum = 0
    for (let index = 0; index <= this.#size; index++) starts[index] = sum += starts[index]!
    const sources = new Int32Array(sum)
    for (let source = 0; source < this.#visited; source++) {
      const end = source + 1 < this.#visited ? this.#starts[source + 1]! : this.#steps
      for (let step = this.#starts[source]!; step < end; step++) {
        const to = target(step)
        if (to >= 0) sources[(starts[to]! -= 1)] = source
      }
    }
    return { starts, sources }
  }

  #number(part: object | null): number {
    const text = JSON.stringify(part)
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    const number = this.#parts.push(part) - 1
    if (number > 0xffff) throw new Error('more parts than 16 bits can number')
    this.#numbers.set(text, number)
    return number
  }

  #equals(index: number, row: Row): boolean {
    const start = index * width
    for (let at = 0; at < width; at++) if (this.#rows[start + at] !== row[at]) return false
    return true
  }

  #widen(): void {
    const table = new Int32Array(this.#table.length * 2).fill(-1)
    for (let index = 0; index < this.#size; index++) {
      let slot = hash(this.#rows.subarray(index * width, (index + 1) * width)) & (table.length - 1)
      while (table[slot]! >= 0) slot = (slot + 1) & (table.length - 1)
      table[slot] = index
    }
    this.#table = table
  }
}

function hash(row: Row): number {
  let mixed = 0
  for (let at = 0; at < width; at++)
    mixed = Math.imul(mixed ^ row[at]!, 0x9e3779b1) ^ (mixed >>> 15)
  return (mixed ^ (mixed >>> 13)) & 0x7fffffff
}

function roomFor<Kind extends Uint16Array | Int32Array>(array: Kind, length: number): Kind {
  if (length <= array.length) return array
  const larger = new (array.constructor as new (length: number) => Kind)(
    Math.max(length, array.length * 2),
  )
  larger.set(array)
  return larger
}
