import { setFences } from '../../fence/fence.ts'
import { fencedLockMs } from '../../fence/locks.ts'
import type { Side } from '../../machine/control.ts'
import type { Refusal } from '../../machine/refusal.ts'
import { fenceScopes, type Move } from '../move.ts'

/** Opens one side: the owner's when an attempt is undone, the new owner's when its staging was lost. */
export function open(
  move: Move,
  side: Side,
  epoch: number,
  budgetMs: number,
): Promise<'done' | Refusal> {
  const { coordinator } = move[side]
  const patience = { budgetMs, lockMs: fencedLockMs }
  return setFences(coordinator, fenceScopes(move, side), { epoch, fenced: false }, patience)
}
