import { setTimeout as delay } from 'node:timers/promises'
import { hasExited, howItEnded, type Part, type RunningPart } from './part.ts'
import { createReaper } from './reaper.ts'

export interface SupervisorOptions {
  /** Tells a person what happens to the parts. */
  say(line: string): void
  readonly firstPauseMs?: number
  readonly longestPauseMs?: number
}

/** A part that lived so long starts again without delay when it dies. */
const settledMs = 30_000

/** Keeps the parts of a system running: one that dies is started again, and everything ends together. */
export class Supervisor implements AsyncDisposable {
  readonly #options: SupervisorOptions
  readonly #reaper = createReaper()
  readonly #running = new Map<string, RunningPart>()
  readonly #order: string[] = []
  readonly #keeping: Promise<void>[] = []
  readonly #stopping = new AbortController()

  constructor(options: SupervisorOptions) {
    this.#options = options
  }

  /** @throws what the part's start throws; later starts are tried again instead. */
  async start(part: Part): Promise<void> {
    const running = await this.#started(part)
    this.#take(part.name, running)
    this.#order.push(part.name)
    this.#keeping.push(this.#keep(part))
  }

  /** The part's process of this moment; undefined while it is down. */
  running(name: string): RunningPart | undefined {
    return this.#running.get(name)
  }

  /** Stops all parts, the last one first. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort()
    for (const name of this.#order.toReversed()) await this.#running.get(name)?.stop()
    await Promise.all(this.#keeping)
    this.#reaper.close()
  }

  async #started(part: Part): Promise<RunningPart> {
    let starting: number | undefined
    try {
      return await part.start(({ pid }) => {
        starting = pid
        this.#reaper.add(pid!)
      })
    } catch (error) {
      if (starting !== undefined) this.#reaper.remove(starting)
      throw error
    }
  }

  #take(name: string, running: RunningPart): void {
    this.#running.set(name, running)
    this.#reaper.add(running.process.pid!)
  }

  async #keep(part: Part): Promise<void> {
    const { say, firstPauseMs = 250, longestPauseMs = 10_000 } = this.#options
    const { signal } = this.#stopping
    let pauseMs = firstPauseMs
    for (;;) {
      const running = this.#running.get(part.name)!
      const since = performance.now()
      const how = await exit(running)
      this.#running.delete(part.name)
      this.#reaper.remove(running.process.pid!)
      if (signal.aborted) return
      if (performance.now() - since > settledMs) pauseMs = firstPauseMs
      say(`${part.name} has died (${how}); it starts again in ${pauseMs / 1000} s.`)
      for (;;) {
        await delay(pauseMs, undefined, { signal }).catch(() => {})
        if (signal.aborted) return
        pauseMs = Math.min(pauseMs * 2, longestPauseMs)
        try {
          const next = await this.#started(part)
          this.#take(part.name, next)
          if (this.#stopping.signal.aborted) return await next.stop()
          say(`${part.name} is back.`)
          break
        } catch (error) {
          say(`${(error as Error).message}\n${part.name} starts again in ${pauseMs / 1000} s.`)
        }
      }
    }
  }
}

function exit({ process: child }: RunningPart): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const tell = () => resolve(howItEnded(child))
  if (hasExited(child)) tell()
  else child.once('exit', tell)
  return promise
}
