import type { Measures } from './contender.ts'

type Result =
  | ({ readonly name: string; readonly rounds: number } & Measures)
  | { readonly name: string; readonly error: string }

/** The same for people. */
export function showTable(results: readonly Result[]): void {
  const heads = [
    'contender',
    'snapshot/s',
    'inserts/s',
    'updates/s',
    'captured/s',
    'lag p50',
    'p99',
    'at 5000/s',
    'p99',
    'MB',
    'us/row',
    'source',
    'target',
    'rounds',
  ]
  const lines = results.map((result) =>
    'error' in result
      ? [result.name, result.error]
      : Object.values(result).map((value) => (value === null ? '-' : value.toLocaleString('en'))),
  )
  const widths = heads.map((head) => Math.max(head.length, 10))
  for (const line of [heads, ...lines]) {
    console.log(line.map((cell, at) => cell.padStart(widths[at] ?? 0)).join('  '))
  }
}
