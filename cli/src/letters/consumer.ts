import { setTimeout as delay } from 'node:timers/promises'
import {
  askToReplay,
  type ConsumerPlan,
  type ConsumerState,
  discardEventLetters,
  type EventLetter,
  type Plan,
  readConsumer,
  readEventLetters,
  resolve,
} from '@strangler/core'
import pg from 'pg'
import type { Environment } from '../environment.ts'
import { CliError } from '../errors.ts'

const pollMs = 200
/** After so long without a word a consumer's process is taken for gone. */
const silentMs = 5000
/** One that lives may have to wait for something; not for ever. */
const stuckMs = 60_000

/** A consumer's letters, in the database where it remembers. */
export interface ConsumerLetters extends AsyncDisposable {
  read(selection: {
    readonly discarded: boolean
    readonly limit?: number
    readonly ids?: readonly number[] | undefined
  }): Promise<EventLetter[]>
  replay(ids: readonly number[] | undefined): Promise<Replayed>
  discard(ids: readonly number[] | undefined, by: string): Promise<number[]>
}

export interface Replayed {
  readonly handled: number
  readonly left: readonly EventLetter[]
}

/** @throws CliError UNREACHABLE; MISSING_SETTING without the connection string that the plan names. */
export async function openConsumerLetters(
  plan: Plan,
  consumer: ConsumerPlan,
  environment: Environment,
): Promise<ConsumerLetters> {
  const { name, at } = consumer
  const { coordinator } = plan.services.get(at)!.database
  const connectionString = resolve(coordinator, `the database of service ${at}`, environment)
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5000 })
  client.on('error', () => {})
  const asking = async <Result>(ask: () => Promise<Result>, never: Result): Promise<Result> => {
    try {
      return await ask()
    } catch (cause) {
      if ((cause as { code?: string }).code === '42P01') return never // Nothing was ever made there.
      const { message } = cause as Error
      const text = `The letters of ${name} cannot be reached: ${message}. Check that the database of ${at} runs.`
      throw new CliError('UNREACHABLE', text, { consumer: name }, { cause })
    }
  }
  await asking(() => client.connect(), undefined)

  async function untilTried(asked: readonly EventLetter[]): Promise<readonly EventLetter[]> {
    const before = new Map(asked.map(({ id, attempts }) => [id, attempts]))
    const ids = [...before.keys()]
    const began = performance.now()
    for (;;) {
      const left = await readEventLetters(client, { consumer: name, ids })
      if (left.every((letter) => isSettled(firstOf(letter, left), before))) return left
      const state = await readConsumer(client, name)
      const waitedMs = performance.now() - began
      if (isSilent(state) && waitedMs > silentMs) throw nobody(name)
      if (waitedMs > stuckMs) throw stuck(name, state)
      await delay(pollMs)
    }
  }

  return {
    read: (selection) =>
      asking(() => readEventLetters(client, { consumer: name, ...selection }), []),
    replay: (wanted) =>
      asking<Replayed>(
        async () => {
          const before = await readEventLetters(client, { consumer: name })
          const ids = new Set(await askToReplay(client, name, wanted))
          const asked = before.filter(({ id }) => ids.has(id))
          const left = await untilTried(asked)
          return { handled: asked.length - left.length, left }
        },
        { handled: 0, left: [] },
      ),
    discard: (ids, by) => asking(() => discardEventLetters(client, name, ids, by), []),
    [Symbol.asyncDispose]: () => client.end(),
  }
}

/** The letter that others of its aggregate wait for. */
function firstOf(letter: EventLetter, all: readonly EventLetter[]): EventLetter {
  return all.find(
    ({ aggregateType, aggregateId }) =>
      aggregateType === letter.aggregateType && aggregateId === letter.aggregateId,
  )!
}

/** Whether a letter that is its aggregate's first was tried since it was asked for. */
function isSettled({ id, attempts }: EventLetter, before: ReadonlyMap<number, number>): boolean {
  return attempts > (before.get(id) ?? 0)
}

function isSilent(state: ConsumerState | undefined): boolean {
  return state === undefined || state.seenMsAgo === null || state.seenMsAgo > silentMs
}

function nobody(name: string): CliError {
  const message = `No process of the consumer "${name}" runs. Its letters are marked, and are tried when one does: start its service.`
  return new CliError('UNREACHABLE', message, { consumer: name })
}

function stuck(name: string, state: ConsumerState | undefined): CliError {
  const why = state?.trouble ?? 'it does not say why'
  const message = `The consumer "${name}" did not get to its letters in ${stuckMs / 1000} s: ${why}. They stay marked, and are tried when it can.`
  return new CliError('FAILED', message, { consumer: name })
}
