import type { Connect, ConnectorStatus } from './connect.ts'

const firstPauseMs = 1000
const longestPauseMs = 30_000

interface Restarted {
  readonly pauseMs: number
  readonly notBefore: number
}

/** Failures of a connector's task that no restart mends. */
const forGood = /slot|offset.*(ahead|behind|no longer)|publication/i
/** But a slot that a task before it has not let go of yet is free in a moment. */
const inUse = /is active/i

/** Whether what a task failed with means that a part of its log is gone. */
export function isForGood(failure = ''): boolean {
  return forGood.test(failure) && !inUse.test(failure)
}

/** Starts connectors whose tasks failed again, at longer and longer intervals. */
export class Restarts {
  readonly #connect: Connect
  readonly #log: { warn(fields: object, message: string): void }
  readonly #restarted = new Map<string, Restarted>()

  constructor(connect: Connect, log: { warn(fields: object, message: string): void }) {
    this.#connect = connect
    this.#log = log
  }

  /** Takes note of how a connector is; resolves to what is wrong with it, if something is. */
  async see(name: string, status: ConnectorStatus | undefined): Promise<string | undefined> {
    if (status?.state === 'RUNNING') {
      this.#restarted.delete(name)
      return undefined
    }
    if (!status) return `its connector ${name} is unassigned`
    const { state, failure } = status
    const why = `its connector ${name} is ${state.toLowerCase()}${failure ? `: ${failure}` : ''}`
    if (state === 'STOPPED' || state === 'PAUSED') await this.#connect.resume(name)
    const { pauseMs, notBefore } = this.#restarted.get(name) ?? {
      pauseMs: firstPauseMs,
      notBefore: -Infinity,
    }
    if (state !== 'FAILED' || performance.now() < notBefore) return why
    this.#log.warn({ connector: name, why }, 'connector starts again')
    this.#restarted.set(name, {
      pauseMs: Math.min(pauseMs * 2, longestPauseMs),
      notBefore: performance.now() + pauseMs,
    })
    await this.#connect.restart(name)
    return why
  }
}
