import type pg from 'pg'

const retryMs = 200

/**
 * Marks points in a database's log. Who asks while a mark is being made gets the next one: a mark lies after
 * everything that was committed when it was asked for. So any number of requests cost few marks.
 */
export function createMarks(reader: pg.Pool, { pauseMs }: { readonly pauseMs: number }) {
  let next: PromiseWithResolvers<number> | undefined
  let running = false
  let closed = false

  async function run(): Promise<void> {
    running = true
    while (next && !closed) {
      const asked = next
      next = undefined
      asked.resolve(await mark())
      if (next) await pause(pauseMs)
    }
    running = false
  }

  async function mark(): Promise<number> {
    while (!closed) {
      try {
        const { rows } = await reader.query<{ beat: string }>('select strangler.beat() as beat')
        return Number(rows[0]!.beat)
      } catch {
        await pause(retryMs) // Until the database is back, nobody can know what has arrived elsewhere.
      }
    }
    return Infinity
  }

  return {
    /** The number of a mark that is made after this call. */
    next(): Promise<number> {
      next ??= Promise.withResolvers<number>()
      const { promise } = next
      if (!running) void run()
      return promise
    },

    close(): void {
      closed = true
    },
  }
}

export type Marks = ReturnType<typeof createMarks>

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
