import { setImmediate as turn } from 'node:timers/promises'

/** Something of a known size, in bytes as it arrived. */
export interface Sized<Item> {
  readonly items: readonly Item[]
  readonly bytes: number
}

/**
 * Reads on while what came before is being used, until so many bytes wait; hands out all that has come. What is read
 * costs nobody's waiting so, and what waits goes to the target together.
 */
export async function* readAhead<Item>(
  source: AsyncIterable<Sized<Item>>,
  mostBytes: number,
): AsyncGenerator<readonly Item[]> {
  let waiting: Item[] = []
  let bytes = 0
  let isOver = false
  let failure: unknown
  let arrived = Promise.withResolvers<void>()
  let taken = Promise.withResolvers<void>()

  const reading = (async () => {
    for await (const { items, bytes: size } of source) {
      for (const item of items) waiting.push(item)
      bytes += size
      arrived.resolve()
      while (bytes >= mostBytes && !isOver) {
        taken = Promise.withResolvers<void>()
        await taken.promise
      }
      if (isOver) return
      await turn() // What the target answers in the meantime goes first.
    }
  })()
  const end = (error?: unknown) => {
    isOver = true
    failure = error
    arrived.resolve()
  }
  reading.then(() => end(), end)

  try {
    for (;;) {
      if (waiting.length > 0) {
        const all = waiting
        waiting = []
        bytes = 0
        taken.resolve()
        yield all
      } else if (isOver) {
        if (failure !== undefined) throw failure
        return
      } else {
        arrived = Promise.withResolvers<void>()
        await arrived.promise
      }
    }
  } finally {
    isOver = true
    taken.resolve()
  }
}
