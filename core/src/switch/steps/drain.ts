import { setTimeout as delay } from 'node:timers/promises'
import { barrierApplied } from '../../machine/fence.ts'
import type { Side } from '../../machine/control.ts'
import { type Move, sliceNames, StepFailed, streamInto } from '../move.ts'

const lookAgainMs = 5

/** Waits until the attempt's barrier has been applied in `side`, then verifies what changed last. */
export async function drain(
  move: Move,
  side: Side,
  epoch: number,
  signal: AbortSignal,
): Promise<void> {
  for (const slice of sliceNames(move)) {
    while (!barrierApplied(await appliedEpoch(move, side, slice), epoch)) {
      if (signal.aborted) {
        throw new StepFailed(`the stream of slice "${slice}" did not bring its barrier in time`)
      }
      await delay(lookAgainMs)
    }
  }
  const differences = await inTime(move.verifyChanged(side, signal), signal)
  if (differences.length > 0) throw new StepFailed(differences.join('; '))
}

/** A verification has no bound of its own, and writes are held until it ends. */
function inTime<Result>(verification: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new StepFailed('what changed last was not verified in time'))
    verification.then(resolve, reject).finally(() => signal.removeEventListener('abort', late))
    if (signal.aborted) late()
    else signal.addEventListener('abort', late)
  })
}

async function appliedEpoch(move: Move, side: Side, slice: string): Promise<number> {
  const { rows } = await move[side].coordinator.query<{ epoch: number }>(
    'select barrier_epoch::int as epoch from strangler.position where stream = $1',
    [streamInto(slice, side)],
  )
  return rows[0]?.epoch ?? 0
}
