/** Barriers that somebody waits for, until a stream has applied them. */
export class Barriers {
  readonly #waiting = new Map<string, (failure?: Error) => void>()

  /** Resolves when the barrier with this id has been applied; rejects with `late()` once aborted. */
  wait(id: string, signal: AbortSignal, late: () => Error): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = () => end(late())
      const end = (failure?: Error) => {
        this.#waiting.delete(id)
        signal.removeEventListener('abort', abort)
        if (failure) reject(failure)
        else resolve()
      }
      this.#waiting.set(id, end)
      if (signal.aborted) abort()
      else signal.addEventListener('abort', abort)
    })
  }

  applied(ids: readonly string[]): void {
    for (const id of ids) this.#waiting.get(id)?.()
  }

  /** None of those that are waited for now will be applied. */
  giveUp(failure: Error): void {
    for (const end of this.#waiting.values()) end(failure)
  }
}
