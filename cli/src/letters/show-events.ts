import type { EventLetter } from '@strangler/core'
import { ago } from '../output/ago.ts'
import { type Colours, table } from '../output/output.ts'

/** A consumer's letters as a table, for a person. */
export function showEventLetters(letters: readonly EventLetter[], c: Colours): string[] {
  const head = ['ID', 'EVENT', 'OF', 'PARKED', 'TRIED', 'WHY']
  return table([
    head.map((text) => c.dim(text)),
    ...letters.map((letter) => [
      `e${letter.id}`,
      letter.type,
      `${letter.aggregateType} ${letter.aggregateId}`,
      ago(Date.now() - letter.at.getTime()),
      letter.attempts === 0 ? '-' : `${letter.attempts}x`,
      whyOf(letter),
    ]),
  ])
}

export function whyOf({ error, retryAt, discardedWhy }: EventLetter): string {
  if (discardedWhy !== null) return `discarded ${discardedWhy}`
  if (error === null) return 'waits behind another'
  return retryAt === null ? error : `${error} (it is tried again)`
}
