import { checkFenced, setFences } from '../../fence/fence.ts'
import type { Side } from '../../machine/control.ts'
import { isRefusal, type Refusal } from '../../machine/refusal.ts'
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

/** The same before a side is left: a partition or child that has no fence fails the attempt. */
export async function fenceWholly(
  move: Move,
  side: Side,
  epoch: number,
  budgetMs: number,
): Promise<'done' | Refusal> {
  const fenced = await fence(move, side, epoch, budgetMs)
  if (!isRefusal(fenced)) await checkFenced(move[side].coordinator, fenceScopes(move, side))
  return fenced
}
