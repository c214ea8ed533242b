import type { Applier, Task } from '../apply/applier.ts'

interface Waiting {
  readonly begin: (applier: Applier) => Promise<void>
  readonly giveUp: (error: Error) => void
}

/** What a stream is asked to do between two batches. */
export class Tasks {
  readonly #waiting = new Set<Waiting>()
  #closed: Error | undefined

  /** Resolves when the stream has carried the task out. What it has begun, it ends. */
  add<Result>(task: Task<Result>, signal: AbortSignal): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    const stop = () => {
      this.#waiting.delete(waiting)
      reject(signal.reason as Error)
    }
    const waiting: Waiting = {
      begin: async (applier) => {
        signal.removeEventListener('abort', stop)
        try {
          resolve(await applier.carryOut(task))
        } catch (error) {
          reject(error)
          throw error
        }
      },
      giveUp: reject,
    }
    this.#waiting.add(waiting)
    if (this.#closed) this.close(this.#closed)
    else if (signal.aborted) stop()
    else signal.addEventListener('abort', stop)
    return promise
  }

  /** Carries out all that wait. A failed one is not tried again. */
  async carryOut(applier: Applier): Promise<void> {
    for (const waiting of this.#waiting) {
      this.#waiting.delete(waiting)
      await waiting.begin(applier)
    }
  }

  /** Nothing more will be carried out. */
  close(why: Error): void {
    for (const { giveUp } of this.#waiting) giveUp(why)
    this.#waiting.clear()
    this.#closed = why
  }
}
