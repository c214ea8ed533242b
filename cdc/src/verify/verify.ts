import { type Certificate, displayName } from '@strangler/core'
import type { Touch } from '../stream/touched.ts'
import type { TablePair } from '../translate/translation.ts'
import { describeDifference, type Difference, type Settled, settle, type Sides } from './compare.ts'
import { boundary, digestRange, listRange, type Range } from './digest.ts'
import { rowsAbout } from './rows-about.ts'

const rowsPerChunk = 5000

/** So many rows that differ at first sight are looked at together. */
const suspectsAtOnce = 5000

/** So many differing rows are enough to know that something is wrong. */
const enough = 1000

export interface Verification {
  readonly tables: Certificate['tables']
  readonly rows: number
  readonly clean: boolean
  /** The first rows that differ, in words. */
  readonly differences: readonly string[]
}

export interface Verifying {
  readonly signal: AbortSignal
  /** `expected` is about how many rows the table has. */
  onProgress(progress: { table: string; rows: number; expected: number }): void
}

/**
 * Compares all rows of a slice while applications write and streams run. Digests are computed in the
 * databases; keys travel only where digests differ.
 */
export async function verifyAll(sides: Sides, verifying: Verifying): Promise<Verification> {
  const tables: Certificate['tables'][number][] = []
  const differences: Difference[] = []
  for (const pair of sides.pairs) {
    if (pair.table.sharedSink) continue
    const { rows, digest, mismatches, inconclusive } = await scan(sides, pair, verifying)
    differences.push(...mismatches)
    tables.push({
      table: displayName(pair.legacy.name),
      rows,
      digest,
      mismatches: mismatches.length,
      inconclusive: inconclusive.length,
    })
  }
  return {
    tables,
    rows: tables.reduce((sum, { rows }) => sum + rows, 0),
    clean: differences.length === 0,
    differences: differences.slice(0, 20).map((one) => describeDifference(one, sides)),
  }
}

interface Scanned extends Settled {
  readonly rows: number
  readonly digest: string
}

async function scan(
  sides: Sides,
  pair: TablePair,
  { signal, onProgress }: Verifying,
): Promise<Scanned> {
  const { direction, source, target } = sides
  const { oid } = pair[direction === 'forward' ? 'legacy' : 'service']
  const expected = await rowsAbout(source, oid)
  const mismatches: Difference[] = []
  const inconclusive: Difference[] = []
  let suspects: Touch[] = []
  let rows = 0
  let sums: [bigint, bigint] = [0n, 0n]
  let after: readonly string[] | null = null
  do {
    signal.throwIfAborted()
    const upTo = await boundary(source, pair, direction, after, rowsPerChunk)
    const range: Range = { after, upTo }
    const [there, here] = await Promise.all([
      digestRange(source, pair, direction, 'source', range),
      digestRange(target, pair, direction, 'target', range),
    ])
    if (there.rows !== here.rows || there.digest !== here.digest) {
      suspects.push(...(await differingKeys(sides, pair, range)))
    }
    rows += there.rows
    sums = add(sums, there.digest)
    onProgress({ table: displayName(pair.legacy.name), rows, expected: Math.max(expected, rows) })
    after = upTo
    if (after && suspects.length < suspectsAtOnce) continue
    // Rows may differ only because the stream is behind: that is no reason to look at fewer of them.
    const settled = await settle(sides, suspects, signal)
    mismatches.push(...settled.mismatches)
    inconclusive.push(...settled.inconclusive)
    suspects = []
  } while (after && mismatches.length < enough)
  const digest = sums.map((sum) => BigInt.asUintN(64, sum).toString(16).padStart(16, '0')).join('')
  return { rows, digest, mismatches, inconclusive }
}

async function differingKeys(sides: Sides, pair: TablePair, range: Range): Promise<Touch[]> {
  const { direction, source, target } = sides
  const [there, here] = await Promise.all([
    listRange(source, pair, direction, 'source', range),
    listRange(target, pair, direction, 'target', range),
  ])
  const touches: Touch[] = []
  for (const text of new Set([...there.keys(), ...here.keys()])) {
    const one = there.get(text)
    const other = here.get(text)
    if (one?.digest !== other?.digest)
      touches.push({ table: pair[direction], key: (one ?? other)!.key })
  }
  return touches
}

function add(sums: [bigint, bigint], digest: string): [bigint, bigint] {
  const [one = '0', two = '0'] = digest.split(':')
  return [sums[0] + BigInt(one), sums[1] + BigInt(two)]
}
