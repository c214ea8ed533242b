import { type Colours, table } from '../output/output.ts'
import { ago } from '../output/ago.ts'
import type { NamedLetter } from './read.ts'

const kinds = { put: 'insert or update', delete: 'delete', rekey: 'change of key' } as const

/** Letters as a table, for a person. */
export function showLetters(letters: readonly NamedLetter[], c: Colours): string[] {
  const head = ['ID', 'TABLE', 'KEY', 'CHANGE', 'PARKED', 'TRIED', 'WHY']
  return table([
    head.map((text) => c.dim(text)),
    ...letters.map((letter) => [
      letter.id,
      letter.sourceTable,
      showKey(letter),
      kinds[letter.kind],
      ago(Date.now() - letter.at.getTime()),
      letter.attempts === 0 ? '-' : `${letter.attempts}x`,
      showWhy(letter),
    ]),
  ])
}

function showKey({ key, newKey }: NamedLetter): string {
  const text = `(${key.join(', ')})`
  return newKey ? `${text} -> (${newKey.join(', ')})` : text
}

function showWhy({ reason, message, sqlstate, discardedWhy }: NamedLetter): string {
  if (discardedWhy !== null) return `discarded ${discardedWhy}`
  if (reason === 'behind') return 'waits behind another'
  return sqlstate === null ? (message ?? '') : `${message} [${sqlstate}]`
}
