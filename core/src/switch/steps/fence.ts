import { setFences } from '../../fence/fence.ts'
import type { Side } from '../../machine/control.ts'
import type { Refusal } from '../../machine/refusal.ts'
import { fenceScopes, type Move } from '../move.ts'

/** Puts the fence up on one side: after its commit nobody's write is accepted there. */
export function fence(
  move: Move,
  side: Side,
  epoch: number,
  budgetMs: number,
): Promise<'done' | Refusal> {
  const { coordinator } = move[side]
  return setFences(coordinator, fenceScopes(move, side), { epoch, fenced: true }, { budgetMs })
}
