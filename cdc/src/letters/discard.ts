import { type DeadLetter, readDeadLetters } from '@strangler/core'
import type { Task } from '../apply/applier.ts'
import { discardLetters } from './store.ts'

export interface DiscardWanted {
  readonly slice: string
  readonly stream: string
  /** Undefined: all that wait. */
  readonly ids: readonly number[] | undefined
  readonly by: string
  readonly isTrial: boolean
}

/** Gives letters up: they hold nothing back any more, and their rows stay as they are. Returns them. */
export function discardTask(wanted: DiscardWanted): Task<readonly DeadLetter[]> {
  const { slice, stream, by, isTrial, ids } = wanted
  return {
    isTrial,
    async perform(client) {
      const letters = await readDeadLetters(client, { slice, stream, ...(ids && { ids }) })
      const chosen = letters.map(({ id }) => id)
      await discardLetters(client, stream, { ids: chosen }, `by ${by}`)
      return letters
    },
  }
}
