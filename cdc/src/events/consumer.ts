import { setTimeout as delay } from 'node:timers/promises'
import { CoreError, type Plan, resolve } from '@strangler/core'
import type pg from 'pg'
import { chooseLog } from '../log/choice.ts'
import { createHandling, type Handle } from './handling.ts'
import { concernsOne } from './retry.ts'
import { createKafkaSource } from './kafka.ts'
import { createPostgresSource } from './postgres.ts'
import type { EventSource, TakeEvent } from './source.ts'
import { createStore } from './store.ts'

export interface ConsumerOptions {
  /** As `loadPlan` gives it. */
  readonly plan: Plan
  /** The consumer's name in the plan. */
  readonly name: string
  /** Where the plan's settings are: of Kafka, or of the subscriber's connection. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Connections to the database of the plan's `at`, as the plan's `role`: a pool of pg. It needs up to three. */
  readonly database: Pick<pg.Pool, 'query'> & { connect(): Promise<pg.PoolClient> }
  readonly handle: Handle
  readonly log: { warn(fields: object, message: string): void }
}

export interface Consumer {
  /** Handles events until the signal says that it is enough, and ends with the attempt that is under way. */
  run(signal: AbortSignal): Promise<void>
}

const retryMs = 300
const reportMs = 1000
const forgetMs = 3_600_000
const longestPauseMs = 3000
/** A source that has been followed for so long is in order. */
const settledMs = 1500

/**
 * Has events of a service's outbox handled, as a plan says.
 *
 * @param carefulMs for so long from the first event that comes it may be one that ended its process before.
 * @throws CoreError WRONG_SETTING for a name that the plan does not have; MISSING_SETTING
 */
export function createConsumer(options: ConsumerOptions, carefulMs = 30_000): Consumer {
  const { plan, name, database, handle, log } = options
  const planned = plan.consumers.get(name)
  if (!planned) {
    const known = [...plan.consumers.keys()].join(', ') || 'none'
    const message = `${plan.file} has no consumer "${name}"; it has: ${known}.`
    throw new CoreError('WRONG_SETTING', message)
  }
  const store = createStore(name)
  let firstAt: number | undefined
  const handling = createHandling({
    plan: planned,
    store,
    database,
    handle,
    log,
    isCareful: () =>
      carefulMs > 0 && (firstAt === undefined || performance.now() - firstAt < carefulMs),
    onNew: () => void (firstAt ??= performance.now()),
  })
  const source = createSource(options, (topic) => store.positions(database, topic))
  let trouble: string | null = null
  let standsBy = false
  let lastEventAt: Date | null = null

  function failed(error: unknown): void {
    // The one slot that a consumer has, where Postgres itself is read, has one reader.
    standsBy = codeOf(error) === '55006'
    const why = explain(error, planned!)
    if (why !== trouble && !standsBy) log.warn({ consumer: name, why }, 'consumer waits')
    trouble = why
  }

  /** Tries for ever: what it is given rejects for reasons that no event has to do with. */
  async function patiently(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    for (let failures = 0; ; failures++) {
      try {
        return await work()
      } catch (error) {
        if (signal.aborted) throw error
        failed(error)
        await pause(Math.min(100 * 2 ** failures, longestPauseMs), signal)
        if (signal.aborted) throw error
      }
    }
  }

  async function follow(signal: AbortSignal): Promise<void> {
    const take: TakeEvent = async (event, place) => {
      await patiently(() => handling.arrived(event, place), signal)
      lastEventAt = new Date()
      trouble = null
    }
    while (!signal.aborted) {
      await patiently(async () => {
        const settled = setTimeout(() => {
          trouble = null
          standsBy = false
        }, settledMs)
        try {
          await source.follow(take, signal)
        } finally {
          clearTimeout(settled)
        }
      }, signal).catch(() => {}) // Only when it is enough.
    }
  }

  async function tryLettersAgain(signal: AbortSignal): Promise<void> {
    for (; !signal.aborted; await pause(retryMs, signal)) {
      try {
        let hindered: unknown
        for (const letter of await handling.due(database)) {
          if (signal.aborted) return
          await handling.again(letter).catch((error: unknown) => {
            if (!concernsOne(error)) throw error
            hindered = error
          })
        }
        if (hindered !== undefined) throw hindered
      } catch (error) {
        failed(error)
        await pause(longestPauseMs, signal)
      }
    }
  }

  /** While the database is away nobody can be told. */
  async function report(signal: AbortSignal): Promise<void> {
    let forgotAt = -Infinity
    for (; !signal.aborted; await pause(reportMs, signal)) {
      if (standsBy) continue
      try {
        await store.report(database, trouble, lastEventAt)
        if (performance.now() - forgotAt < forgetMs) continue
        await store.forget(database, planned!)
        forgotAt = performance.now()
      } catch {
        continue
      }
    }
  }

  return {
    async run(signal) {
      firstAt = undefined
      handling.start()
      await Promise.all([follow(signal), tryLettersAgain(signal), report(signal)])
    },
  }
}

function createSource(
  { plan, name, environment, log }: ConsumerOptions,
  positions: (topic: string) => Promise<ReadonlyMap<number, bigint>>,
): EventSource {
  const { of } = plan.consumers.get(name)!
  const outbox = plan.outboxes.get(of)!
  const choice = chooseLog(plan, environment, `strangler-consumer-${name}`)
  if (choice.kind === 'debezium') {
    return createKafkaSource({ consumer: name, outbox, choice, positions, log })
  }
  if (!outbox.subscriber) {
    const message = `The outbox of ${of} has no subscriber in ${plan.file}, by which consumers read Postgres itself; for example subscriber: env('${of.toUpperCase()}_SUBSCRIBER_URL').`
    throw new CoreError('WRONG_SETTING', message)
  }
  const purpose = `the subscriber's connection to the database of ${of}`
  return createPostgresSource(name, outbox, resolve(outbox.subscriber, purpose, environment))
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {})
}

const codeOf = (error: unknown) => (error as { code?: string }).code

function explain(
  error: unknown,
  { at, of, role }: { at: string; of: string; role: string },
): string {
  const text = error instanceof Error ? error.message : String(error)
  switch (codeOf(error)) {
    case '3F000':
    case '42P01':
    case '42703':
      return `The database of ${at} is not prepared for consumers (${text}): run "strangler sync start" for a slice of ${of}, with a worker that has this plan.`
    case '42501':
      return `The database of ${at} refuses the consumer (${text}): it has to log in as "${role}", as the plan says.`
    case 'SF001':
      return `${text}. Events wait until ${at} may write it again.`
    case '55006':
      return 'Another process of this consumer reads the log.'
    default:
      return text
  }
}
