import {
  counterpart,
  displayName,
  type Numbers,
  readNumbers,
  readSequenceHabits,
  type Side,
  type Slice,
  tableOn,
} from '@strangler/core'
import { unfitSequence } from '../translate/numbers.ts'
import type { TablePair } from '../translate/translation.ts'
import type { SliceDatabases } from './setup.ts'

/** What speaks against the sequences that a slice's code draws from itself, on either side. */
export async function reasonsAgainstSequences(
  { name, sequences }: Slice,
  databases: SliceDatabases,
): Promise<string[]> {
  const reasons: string[] = []
  for (const side of ['legacy', 'extracted'] as const satisfies readonly Side[]) {
    const { coordinator, name: database } = databases[side]
    for (const pair of sequences) {
      const sequence = tableOn(pair, side)
      const habits = await readSequenceHabits(coordinator, sequence)
      const label = displayName(sequence)
      if (habits) reasons.push(...unfitSequence(`${database}: slice "${name}"`, label, habits))
      else
        reasons.push(`${database}: there is no sequence ${label}: create it, or correct the plan`)
    }
  }
  return reasons
}

/** So many rows from now on are as good as never. */
const never = 1_000_000_000n

/** Whether two sequences come to give the same number. */
export function canMeet(one: Numbers, other: Numbers): boolean {
  if ((one.next - other.next) % greatestDivisor(one.step, other.step) !== 0n) return false
  const [low, high] = one.next < other.next ? [one, other] : [other, one]
  return high.next <= low.last && high.next - low.next < low.step * never
}

function greatestDivisor(one: bigint, other: bigint): bigint {
  return other === 0n ? one : greatestDivisor(other, one % other)
}

/** Why rows that the two sides add to a shared sink would come to have one key. */
export async function reasonsAgainstSinks(
  pairs: readonly TablePair[],
  { legacy, extracted }: SliceDatabases,
): Promise<string[]> {
  const reasons: string[] = []
  for (const pair of pairs.filter(({ table }) => table.sharedSink)) {
    const [key = '', ...more] = pair.legacy.key
    const its = counterpart(pair.table, 'legacy', key)
    const here = pair.legacy.columns.find(({ name }) => name === key)?.sequence
    const there = pair.service.columns.find(({ name }) => name === its)?.sequence
    if (more.length > 0 || !here || !there) continue
    const one = await readNumbers(legacy.coordinator, here)
    const other = await readNumbers(extracted.coordinator, there)
    if (!canMeet(one, other)) continue
    const label = displayName(pair.legacy.name)
    reasons.push(
      `both sides add to ${label}, and their keys will meet: ${here} gives ${one.next} next, ${there} ${other.next}. Let the service's begin far beyond: alter sequence ${there} restart ${one.next + 1_000n * never}; or let both count by 2, one odd and one even`,
    )
  }
  return reasons
}
