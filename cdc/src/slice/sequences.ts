import { displayName, readSequenceHabits, type Side, type Slice, tableOn } from '@strangler/core'
import { unfitSequence } from '../translate/numbers.ts'
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
