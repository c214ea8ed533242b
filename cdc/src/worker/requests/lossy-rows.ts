import { displayName } from '@strangler/core'
import type { OpenDatabase } from '../../databases.ts'
import type { TablePair } from '../../translate/translation.ts'
import { findLossy } from '../../verify/lossless.ts'
import { rowsAbout } from '../../verify/rows-about.ts'
import type { Running } from './request.ts'

/** Looks for rows of the monolith that would not come back equal from the service: the first of each table, in words. */
export async function lossyRows(
  { reading }: OpenDatabase,
  pairs: readonly TablePair[],
  { signal, progress }: Pick<Running, 'signal' | 'progress'>,
): Promise<string[]> {
  const reasons: string[] = []
  for (const pair of pairs) {
    const total = await rowsAbout(reading, pair.legacy.oid)
    const table = displayName(pair.legacy.name)
    const onProgress = (rows: number) =>
      void progress({ step: 'checking rows', table, done: rows, total: Math.max(total, rows) })
    const lossy = await findLossy(reading, pair, { signal, onProgress })
    if (lossy) reasons.push(lossy.message)
  }
  return reasons
}
