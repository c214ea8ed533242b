import { randomUUID } from 'node:crypto'
import { writeBarrier } from '../../fence/fence.ts'
import type { Side } from '../../machine/control.ts'
import type { Refusal } from '../../machine/refusal.ts'
import { fenceScopes, type Move } from '../move.ts'

/** Marks the end of what the fenced side wrote. */
export function barrier(move: Move, side: Side, epoch: number): Promise<'done' | Refusal> {
  const { coordinator } = move[side]
  return writeBarrier(coordinator, fenceScopes(move, side), { id: randomUUID(), epoch })
}
