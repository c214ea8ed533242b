import { setTimeout as delay } from 'node:timers/promises'
import type { ConsumerPlan } from '@strangler/core'
import type pg from 'pg'
import type { DomainEvent } from './event.ts'
import { afterFailure, isCircumstance } from './retry.ts'
import type { EventPlace } from './source.ts'
import type { Store } from './store.ts'

/**
 * What a service does about an event. All that it asks of the client is committed with the fact that the event was
 * handled, or not at all; transactions of its own it must not begin or end.
 */
export type Handle = (event: DomainEvent, client: pg.ClientBase) => Promise<void>

export interface HandlingOptions {
  readonly plan: ConsumerPlan
  readonly store: Store
  readonly database: { connect(): Promise<pg.PoolClient> }
  readonly handle: Handle
  /** Whether an event may be what ended the process before: then it is written down before it is handled. */
  isCareful(): boolean
  /** An event has come that was not taken before. */
  onNew(): void
  readonly log: { warn(fields: object, message: string): void }
}

/** Beyond its time an attempt is given so long to tell what came of it. */
const graceMs = 2000

/** A handler did not manage; the event is to blame, or the handler. */
class Failed extends Error {}

/** Deals with events, one transaction each. What it rejects with concerns the database: it is to be tried again. */
export function createHandling(options: HandlingOptions) {
  const { plan, store, database, handle, isCareful, onNew, log } = options
  const silentMs = plan.retry.timeoutMs + graceMs
  /** Letters of events that have arrived and are not through, by event: here alone, for circumstances' sake. */
  const begun = new Map<string, number>()
  /** Events of which it is not known whether they were taken. */
  const doubtful = new Set<string>()
  /** Letters whose last attempt is not to be counted, which could not be written down. */
  const uncounted = new Set<number>()

  /** Runs in one transaction. What `work` throws of the handler's comes out as {@link Failed}. */
  async function transact(work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
    const client = await database.connect()
    const ignore = () => {} // The query that runs, or the next one, fails and tells.
    client.on('error', ignore)
    let broken: Error | undefined
    try {
      // The source forgets what was handled, so that a crash must not.
      await client.query('begin; set local synchronous_commit = on')
      await work(client)
      const { command } = await client.query('commit').catch((error: unknown) => {
        throw isCircumstance(error) || !isOfDatabase(error)
          ? error
          : new Failed('', { cause: error })
      })
      // Postgres answers ROLLBACK when a statement had failed.
      if (command !== 'COMMIT') throw unnoticed()
    } catch (failure) {
      const error =
        isOfDatabase(failure) && failure.code === inFailedTransaction ? unnoticed() : failure
      const isTimeout = error instanceof Failed && error.cause instanceof TookTooLong
      if (isTimeout) broken = error.cause as Error
      else await client.query('rollback').catch((failure: Error) => (broken = failure))
      // A handler may have wrapped what happened to its connection.
      throw broken && !isTimeout ? broken : error
    } finally {
      client.off('error', ignore)
      client.release(broken)
      if (broken instanceof TookTooLong) await end(client)
    }
  }

  /** Its session may hang in a statement, and would keep the aggregate locked. */
  async function end(hanging: pg.PoolClient): Promise<void> {
    const { processID } = hanging as pg.PoolClient & { readonly processID: number }
    const client = await database.connect()
    try {
      await client.query('select pg_terminate_backend($1, 5000)', [processID])
    } finally {
      client.release()
    }
  }

  async function attempt(event: DomainEvent, client: pg.PoolClient): Promise<void> {
    const ended = new AbortController()
    try {
      await Promise.race([
        handle(event, client),
        delay(plan.retry.timeoutMs, undefined, { signal: ended.signal }).then(() => {
          throw new TookTooLong(`it took longer than ${plan.retry.timeoutMs} ms`)
        }),
      ])
    } catch (cause) {
      throw isCircumstance(cause) ? cause : new Failed('', { cause })
    } finally {
      ended.abort()
    }
  }

  const describe = (error: Failed) =>
    error.cause instanceof Error ? error.cause.message : String(error.cause)

  function failedAfter(event: DomainEvent, attempts: number, failure: Failed) {
    const error = describe(failure)
    const next = afterFailure(attempts, plan.retry)
    const { id, type } = event
    log.warn(
      { consumer: plan.name, event: id, type, attempts, why: error },
      next.kind === 'dead' ? 'event became a dead letter' : 'event is tried again',
    )
    return { error, inMs: next.kind === 'again' ? next.inMs : null }
  }

  /** Deals with a letter whose attempt has begun. */
  async function go(id: number, event: DomainEvent, attempts: number): Promise<void> {
    try {
      await transact(async (client) => {
        await store.lock(client, event)
        if (!(await store.isWaiting(client, id))) return
        await attempt(event, client)
        await store.settle(client, id)
      })
    } catch (error) {
      if (!(error instanceof Failed)) {
        await transact((client) => store.comeBack(client, id)).catch(() => uncounted.add(id))
        throw error
      }
      const failed = failedAfter(event, attempts, error)
      await transact((client) => store.postpone(client, id, failed))
    }
  }

  /** Handles an event that has arrived, and resolves to the letter that it becomes instead. */
  async function take(
    event: DomainEvent,
    place: EventPlace,
    deal: (client: pg.PoolClient) => Promise<number | void>,
  ): Promise<number | void> {
    let letter: number | void = undefined
    await transact(async (client) => {
      await store.lock(client, event)
      letter = (await store.take(client, event)) ? await deal(client) : undefined
      await store.moveOn(client, place)
    })
    return letter
  }

  return {
    /** An event that has arrived: it is handled, or waits as a letter, or was taken before. */
    async arrived(event: DomainEvent, place: EventPlace): Promise<void> {
      const known = begun.get(event.id)
      if (known !== undefined) await transact((client) => store.begin(client, known))
      else if (!isCareful()) return arrivedAlone(event, place)
      const letter = known ?? (await begin(event, place))
      if (letter === undefined) return
      begun.set(event.id, letter)
      uncounted.delete(letter)
      await go(letter, event, 1)
      begun.delete(event.id)
    },

    /** A letter that is due. */
    async again(letter: Awaited<ReturnType<Store['due']>>[number]): Promise<void> {
      let tried: Awaited<ReturnType<Store['readDue']>>
      await transact(async (client) => {
        await store.lock(client, letter)
        tried = await store.readDue(client, letter.id, silentMs)
        if (!tried) return
        if (!tried.isLost) return store.begin(client, letter.id)
        // It may have been another one that ended the process.
        if (tried.lost === 0) return store.forgive(client, letter.id)
        const failed = failedAfter(tried.event, tried.attempts + 1, new Failed('', { cause: lost }))
        await store.postpone(client, letter.id, failed)
      }).catch((error: unknown) => {
        if (tried && !tried.isLost) uncounted.add(letter.id)
        throw error
      })
      if (tried && !tried.isLost) await go(letter.id, tried.event, tried.attempts + 1)
    },

    /** Nothing is under way yet. */
    start(): void {
      begun.clear()
      doubtful.clear()
    },

    /** Letters that are due. */
    async due(session: Parameters<Store['due']>[0]): ReturnType<Store['due']> {
      for (const id of uncounted) {
        await store.comeBack(session, id)
        uncounted.delete(id)
      }
      const held = new Set(begun.values())
      return (await store.due(session, silentMs)).filter(({ id }) => !held.has(id))
    },
  }

  /** Writes down that an event is going to be handled; undefined if it is not. */
  async function begin(event: DomainEvent, place: EventPlace): Promise<number | void> {
    try {
      const letter = await take(event, place, async (client) => {
        onNew()
        if (!(await store.isBehind(client, event))) return store.park(client, event, 'begun')
        await store.park(client, event)
      })
      return letter ?? (doubtful.has(event.id) ? await adopt(event) : undefined)
    } catch (error) {
      doubtful.add(event.id) // A commit may have succeeded without an answer.
      throw error
    }
  }

  async function adopt(event: DomainEvent): Promise<number | undefined> {
    let letter: number | undefined
    await transact(async (client) => void (letter = await store.begunOf(client, event)))
    doubtful.delete(event.id)
    return letter
  }

  async function arrivedAlone(event: DomainEvent, place: EventPlace): Promise<void> {
    try {
      await take(event, place, async (client) => {
        if (await store.isBehind(client, event)) await store.park(client, event)
        else await attempt(event, client)
      })
    } catch (error) {
      if (!(error instanceof Failed)) throw error
      const failed = failedAfter(event, 1, error)
      await take(event, place, (client) => store.park(client, event, failed))
    }
  }
}

const lost = new Error('its process ended while it was handled')

class TookTooLong extends Error {}

const inFailedTransaction = '25P02'

function unnoticed(): Failed {
  const cause = new Error('a statement of the handler failed, and it went on as if it had not')
  return new Failed('', { cause })
}

function isOfDatabase(error: unknown): error is { readonly code?: string } {
  return (error as { severity?: unknown }).severity !== undefined
}
