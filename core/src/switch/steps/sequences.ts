import { raiseSequences } from '../../fence/fence.ts'
import {
  raiseSequence,
  sequenceDrawn,
  type SequenceUse,
  sequenceUses,
} from '../../fence/sequences.ts'
import type { Client } from '../../fence/triggers.ts'
import { opposite, type Side } from '../../machine/control.ts'
import type { Refusal } from '../../machine/refusal.ts'
import { counterpart } from '../../plan/mapping.ts'
import { sqlName } from '../../plan/identifier.ts'
import { type SequencePair, type SliceTable, tableOn } from '../../plan/plan.ts'
import { fenceScopes, type Move } from '../move.ts'

/**
 * Raises the new owner's sequences past everything that either side has drawn or stored, so that no key is
 * given twice.
 */
export async function sequences(move: Move, side: Side, epoch: number): Promise<'done' | Refusal> {
  const there = opposite(side)
  const usedThere = new Map<SliceTable, SequenceUse[]>()
  for (const table of ownTables(move)) {
    usedThere.set(table, await sequenceUses(move[there].coordinator, tableOn(table, there)))
  }
  const drawnThere = new Map<SequencePair, string>()
  for (const pair of move.slices.flatMap((slice) => slice.sequences)) {
    drawnThere.set(pair, await sequenceDrawn(move[there].coordinator, tableOn(pair, there)))
  }
  const raise = async (client: Client) => {
    for (const [pair, drawn] of drawnThere) {
      await raiseSequence(client, sqlName(tableOn(pair, side)), drawn)
    }
    for (const [table, used] of usedThere) {
      for (const { column, sequence, highest } of await sequenceUses(
        client,
        tableOn(table, side),
      )) {
        const same = counterpart(table, side === 'legacy' ? 'legacy' : 'service', column)
        const other = used.find((use) => use.column === same)
        await raiseSequence(client, sequence, greater(highest, other?.highest ?? highest))
      }
    }
  }
  return raiseSequences(move[side].coordinator, fenceScopes(move, side), epoch, raise)
}

function ownTables({ slices }: Move): SliceTable[] {
  return slices.flatMap(({ tables }) => tables.filter(({ sharedSink }) => !sharedSink))
}

function greater(one: string, two: string): string {
  return BigInt(one) > BigInt(two) ? one : two
}
