import {
  consumerGrants,
  forgetEvents,
  provisionDatabase,
  readConsumer,
  readEvents,
  type Plan,
  reportEvents,
  type SliceRow,
} from '@strangler/core'
import type pg from 'pg'
import type { Databases, OpenDatabase } from '../databases.ts'
import { CdcError } from '../errors.ts'
import { reasonsAgainstOutbox } from './fit.ts'
import type { Outboxes, OutboxSource } from './outboxes.ts'

/** After so long without a word a consumer's process is taken for gone. */
const silentMs = 5000

export interface KeeperOptions {
  readonly plan: Plan
  readonly control: pg.Pool
  readonly databases: Databases
  readonly outboxes: Outboxes
  readonly log: { warn(fields: object, message: string): void }
  /** The control rows of slices as they were last read. */
  readonly rows: ReadonlyMap<string, SliceRow>
}

/** Makes and looks after what captures the outboxes of services whose slices are synced, one thing at a time. */
export class OutboxKeeper {
  readonly #context: KeeperOptions
  readonly #outboxes: Outboxes
  #last: Promise<unknown> = Promise.resolve()
  #isKeeping = false
  readonly #upToDate = new Set<string>()

  constructor(options: KeeperOptions) {
    this.#context = options
    this.#outboxes = options.outboxes
  }

  /** What speaks against capturing a service's outbox. */
  async reasonsAgainst(service: string): Promise<string[]> {
    const source = this.#sourceOf(service)
    return source ? reasonsAgainstOutbox(source) : []
  }

  /** Makes what is missing for a service's outbox and its consumers. */
  create(service: string): Promise<void> {
    return this.#inTurn(() => this.#create(service))
  }

  /** Removes what captures a service's outbox, unless another of its slices is synced. */
  drop(service: string, but: string): Promise<boolean> {
    return this.#inTurn(async () => {
      const source = this.#sourceOf(service)
      if (!source || this.#isNeeded(service, but)) return false
      await this.#outboxes.drop(source)
      const { control } = this.#context
      const consumers = source.consumers.map(({ name }) => name)
      await forgetEvents(control, 'outbox', [service])
      await forgetEvents(control, 'consumer', consumers)
      return true
    })
  }

  /** Looks at all that is captured, off the caller's path. */
  keep(): void {
    if (this.#isKeeping || this.#context.plan.outboxes.size === 0) return
    this.#isKeeping = true
    this.#inTurn(() => this.#keep())
      .catch((error: unknown) =>
        this.#context.log.warn({ err: error }, 'outboxes were not seen to'),
      )
      .finally(() => (this.#isKeeping = false))
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await this.#last
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => {})
    return turn
  }

  async #keep(): Promise<void> {
    const { plan, control } = this.#context
    const known = new Map(
      (await readEvents(control))
        .filter(({ kind }) => kind === 'outbox')
        .map(({ name, state }) => [name, state]),
    )
    for (const service of plan.outboxes.keys()) {
      if (!this.#isSynced(service)) continue
      const state = known.get(service)
      try {
        if (state === undefined || state === 'missing') await this.#create(service)
        await this.#look(this.#sourceOf(service)!)
      } catch (error) {
        const isMade = state !== undefined && state !== 'missing'
        await this.#reportTrouble(service, error, isMade)
      }
      await this.#lookAtConsumers(this.#sourceOf(service)!)
    }
  }

  /** What consumers remember may have been set up by an earlier version of the toolkit. */
  async #bringUpToDate({ name, coordinator, roles }: OpenDatabase): Promise<void> {
    if (this.#upToDate.has(name)) return
    const { rows } = await coordinator.query<{ isOld: boolean }>(
      `select to_regclass('strangler.event_letter') is not null and not exists (
         select from pg_attribute
         where attrelid = to_regclass('strangler.event_letter') and attname = 'begun_at'
       ) as "isOld"`,
    )
    if (rows[0]!.isOld) await provisionDatabase(coordinator, roles, [])
    this.#upToDate.add(name)
  }

  async #create(service: string): Promise<void> {
    const source = this.#sourceOf(service)
    if (!source) return
    const reasons = await reasonsAgainstOutbox(source)
    if (reasons.length > 0) throw new CdcError('CANNOT_SYNC', reasons.join('\n'), { service })
    const { control, databases } = this.#context
    const { coordinator, roles } = source.database
    await provisionDatabase(coordinator, roles, [])
    await this.#outboxes.create(source)
    for (const { name, at, role } of source.consumers) {
      const database = databases.services.get(at)!
      await provisionDatabase(database.coordinator, database.roles, [])
      for (const grant of consumerGrants(role)) await database.coordinator.query(grant)
      await database.coordinator.query(
        'insert into strangler.consumer (name) values ($1) on conflict do nothing',
        [name],
      )
    }
    await reportEvents(control, { kind: 'outbox', name: service, state: 'running', detail: {} })
  }

  async #look(source: OutboxSource): Promise<void> {
    await source.database.beats.write()
    const { state, ...detail } = await this.#outboxes.look(source)
    const { service: name } = source.outbox
    await reportEvents(this.#context.control, { kind: 'outbox', name, state, detail })
  }

  async #reportTrouble(name: string, error: unknown, isMade: boolean): Promise<void> {
    const { control, log } = this.#context
    const why = error instanceof Error ? error.message : String(error)
    const isForGood = error instanceof CdcError && !error.retriable
    const state = !isMade ? 'missing' : isForGood ? 'stopped' : 'waiting'
    log.warn({ outbox: name, state, why }, 'outbox')
    await reportEvents(control, { kind: 'outbox', name, state, detail: { why } })
  }

  async #lookAtConsumers(source: OutboxSource): Promise<void> {
    const { control, databases } = this.#context
    for (const consumer of source.consumers) {
      const { name } = consumer
      const at = databases.services.get(consumer.at)!
      try {
        await this.#bringUpToDate(at)
        const found = await readConsumer(at.coordinator, name)
        if (!found) continue
        const { seenMsAgo, trouble, lastEventAt, letters, dead } = found
        const isSilent = seenMsAgo === null || seenMsAgo > silentMs
        const behind = await this.#outboxes.behind(source, consumer, at)
        const detail = {
          ...behind,
          letters,
          dead,
          ...(lastEventAt && { lastEventAt: lastEventAt.toISOString() }),
          ...(trouble !== null && !isSilent && { why: trouble }),
        }
        const state = isSilent ? 'silent' : trouble === null ? 'running' : 'waiting'
        await reportEvents(control, { kind: 'consumer', name, state, detail })
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        await reportEvents(control, { kind: 'consumer', name, state: 'waiting', detail: { why } })
      }
    }
  }

  #sourceOf(service: string): OutboxSource | undefined {
    const { plan, databases } = this.#context
    const outbox = plan.outboxes.get(service)
    if (!outbox) return undefined
    const consumers = [...plan.consumers.values()].filter(({ of }) => of === service)
    return { outbox, database: databases.services.get(service)!, consumers }
  }

  /** While a slice is being prepared its request makes what the outbox needs. */
  #isSynced(service: string): boolean {
    return this.#slicesOf(service).some(({ sync }) => sync !== 'none' && sync !== 'preparing')
  }

  #isNeeded(service: string, but: string): boolean {
    return this.#slicesOf(service).some(({ name, sync }) => name !== but && sync !== 'none')
  }

  #slicesOf(service: string): SliceRow[] {
    const { plan, rows } = this.#context
    return [...rows.values()].filter(({ name }) => plan.slices.get(name)?.service === service)
  }
}
