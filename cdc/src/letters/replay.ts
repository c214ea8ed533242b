import { type DeadLetter, displayName, readDeadLetters } from '@strangler/core'
import type pg from 'pg'
import type { Task } from '../apply/applier.ts'
import type { TableChange } from '../apply/batch.ts'
import type { Executor } from '../apply/execute.ts'
import { brokenKey, type TargetKey } from '../apply/foreign-keys.ts'
import { findAllBroken } from '../apply/key-checks.ts'
import { type Touching, type Way, Work } from '../apply/work.ts'
import type { Translation } from '../translate/translation.ts'
import { chainsOf, changeOf, collapse, type Opened } from './chains.ts'
import { describeRefusal, isRefusal } from './refusal.ts'
import { deleteLetters, noteAttempt } from './store.ts'

export interface ReplayOptions {
  readonly stream: string
  readonly slice: string
  readonly tables: readonly Translation[]
  readonly keys: readonly TargetKey[]
  checksKeys(): boolean
}

export interface ReplayWanted {
  /** Letters, each with all others of its row; undefined: all. */
  readonly ids: readonly number[] | undefined
  /** Letters from before this epoch belong to another owner's time and are left alone. */
  readonly since: number
  readonly isTrial: boolean
}

/** A letter that stays, and why. */
export interface Left {
  readonly letter: DeadLetter
  readonly why: string
}

export interface Replayed extends Touching {
  readonly applied: number
  readonly left: readonly Left[]
}

/** How much of the work can be done in another way, if it is refused in one. */
const waysOfAll = ['collapsed', 'one by one'] as const

/** Applies letters in their order, those of one row together or not at all. What is refused again stays. */
export function replayTask(options: ReplayOptions, wanted: ReplayWanted): Task<Replayed> {
  return {
    isTrial: wanted.isTrial,
    perform: (client, executor, obeyFence) =>
      new Replay(options, client, executor).run(wanted, obeyFence),
  }
}

class Replay {
  readonly #options: ReplayOptions
  readonly #client: pg.ClientBase
  readonly #executor: Executor
  readonly #done = new Work()
  readonly #left = new Map<number, Left>()
  #applied = 0

  constructor(options: ReplayOptions, client: pg.ClientBase, executor: Executor) {
    this.#options = options
    this.#client = client
    this.#executor = executor
  }

  async run({ ids, since }: ReplayWanted, obeyFence: () => Promise<void>): Promise<Replayed> {
    const { slice, stream } = this.#options
    const letters = await readDeadLetters(this.#client, { slice, stream })
    const chosen = chainsOf(this.#open(letters)).filter(
      (chain) => !ids || chain.some(({ letter }) => ids.includes(letter.id)),
    )
    let open = chosen.filter((chain) => !this.#isEarlier(chain, since))
    const isFenced = open.flat().some(({ change }) => !change.table.sharedSink)
    if (isFenced) await obeyFence()
    // What is applied may have been what others were refused for.
    for (let before = Infinity; open.length > 0 && open.length < before;) {
      before = open.length
      open = await this.#chains(open, waysOfAll)
    }
    for (const chain of open) await this.#note(chain)
    return {
      applied: this.#applied,
      left: [...this.#left.values()],
      touched: this.#done.touched,
      deleted: this.#done.deleted,
    }
  }

  #open(letters: readonly DeadLetter[]): Opened[] {
    const tables = new Map(this.#options.tables.map((table) => [displayName(table.source), table]))
    return letters.flatMap((letter) => {
      const table = tables.get(letter.sourceTable)
      if (table) return [{ letter, change: changeOf(letter, table) }]
      const why = `the plan does not have ${letter.sourceTable} any more`
      this.#left.set(letter.id, { letter, why })
      return []
    })
  }

  /** Its row has had another owner since, which the letter knows nothing of. Shared sinks have none. */
  #isEarlier(chain: readonly Opened[], since: number): boolean {
    const earlier = chain.find(
      ({ letter, change }) => letter.epoch < since && !change.table.sharedSink,
    )
    if (!earlier) return false
    const { letter } = earlier
    const why = `it is of epoch ${letter.epoch}, and the owner changed at epoch ${since}: the row may be another since, so it can only be discarded`
    this.#left.set(letter.id, { letter, why })
    return true
  }

  /** Applies what it can of several chains, and returns those that are left. */
  async #chains(chains: readonly Opened[][], how: readonly Way[]): Promise<Opened[][]> {
    const opened = chains.flat().sort((one, other) => one.letter.id - other.letter.id)
    const changes = opened.map(({ change }) => change)
    for (const way of chains.length === 1 ? (['one by one'] as const) : how) {
      if (!(await this.#refusal(changes, () => this.#inOrder(changes, way)))) {
        return this.#took(opened)
      }
    }
    if (chains.length === 1) {
      const refused = await this.#refusal(changes, () => this.#atOnce(collapse(changes)))
      return refused ? [opened] : this.#took(opened)
    }
    const half = chains.length >> 1
    const first = await this.#chains(chains.slice(0, half), ['collapsed'])
    return [...first, ...(await this.#chains(chains.slice(half), ['collapsed']))]
  }

  async #took(opened: readonly Opened[]): Promise<[]> {
    for (const { change } of opened) this.#done.add(change)
    this.#applied += opened.length
    await deleteLetters(
      this.#client,
      opened.map(({ letter }) => letter.id),
    )
    return []
  }

  /** Does something, or leaves everything as it was and says what was refused. */
  async #refusal(
    changes: readonly TableChange[],
    act: () => Promise<void>,
  ): Promise<{ readonly error: unknown } | undefined> {
    await this.#client.query('savepoint replay')
    try {
      await act()
      await this.#checkKeys(changes)
      await this.#client.query('release savepoint replay')
      return undefined
    } catch (error) {
      if (!isRefusal(error)) throw error
      await this.#client.query('rollback to savepoint replay; release savepoint replay')
      return { error }
    }
  }

  async #inOrder(changes: readonly TableChange[], way: Way): Promise<void> {
    const work = new Work()
    for (const change of changes) work.add(change)
    await work.perform(this.#executor, way)
  }

  async #atOnce(changes: readonly TableChange[]): Promise<void> {
    for (const change of changes) {
      const isMove = change.kind === 'rekey' && !change.row.includes(undefined)
      await (isMove ? this.#executor.move(change) : this.#executor.one(change))
    }
  }

  /** All keys are looked at: parked rows of all kinds come back. */
  async #checkKeys(changes: readonly TableChange[]): Promise<void> {
    if (!this.#options.checksKeys()) return
    const work = new Work()
    for (const change of changes) work.add(change)
    const all = { hasWhole: () => false, holdsOf: () => true }
    const [broken] = await findAllBroken(this.#client, this.#options.keys, [work], all)
    if (broken) throw brokenKey(broken)
  }

  /** Notes with the first letter that is refused, in their order, what it met. */
  async #note(chain: readonly Opened[]): Promise<void> {
    const ids = chain.map(({ letter }) => letter.id)
    let tried = 0
    const changes = chain.map(({ change }) => change)
    const refused = await this.#refusal(changes, async () => {
      for (; tried < chain.length; tried++) await this.#inOrder([changes[tried]!], 'one by one')
    })
    const { letter } = chain[Math.min(tried, chain.length - 1)]!
    const why = describeRefusal(refused!.error)
    this.#left.set(letter.id, { letter, why: why.message })
    await noteAttempt(this.#client, ids, letter.id, why)
  }
}
