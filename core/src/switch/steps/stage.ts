import { type Staged, stageFences } from '../../fence/fence.ts'
import { fencedLockMs } from '../../fence/locks.ts'
import type { Side } from '../../machine/control.ts'
import type { Refusal } from '../../machine/refusal.ts'
import { fenceScopes, type Move } from '../move.ts'

/** Opens the new owner's side in a transaction that waits for the journal. */
export function stage(
  move: Move,
  side: Side,
  epoch: number,
  budgetMs: number,
): Promise<Staged | 'done' | Refusal> {
  const wanted = { epoch, fenced: false }
  const patience = { budgetMs, lockMs: fencedLockMs }
  return stageFences(move[side].coordinator, fenceScopes(move, side), wanted, patience)
}
