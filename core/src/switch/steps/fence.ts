import { setTimeout as delay } from 'node:timers/promises'
import { checkFenced, setFences } from '../../fence/fence.ts'
import type { Side } from '../../machine/control.ts'
import { isRefusal, type Refusal } from '../../machine/refusal.ts'
import { drainMs } from '../../plan/writers.ts'
import { fenceScopes, type Move, StepFailed } from '../move.ts'

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

/**
 * The same before a side is left: a partition or child that has no fence fails the attempt. What the monolith
 * still writes after the held requests were answered is waited for, as the plan says.
 */
export async function fenceWholly(
  move: Move,
  side: Side,
  epoch: number,
  budgetMs: number,
  signal: AbortSignal,
): Promise<'done' | Refusal> {
  const lateMs = side === 'legacy' ? drainMs(move.slices) : 0
  if (lateMs > 0) {
    await delay(lateMs, undefined, { signal }).catch((cause: unknown) => {
      throw new StepFailed('writers that go on after an answer were not waited for', { cause })
    })
  }
  const fenced = await fence(move, side, epoch, budgetMs)
  if (!isRefusal(fenced)) await checkFenced(move[side].coordinator, fenceScopes(move, side))
  return fenced
}
