import { type Refusal, refuse } from './refusal.ts'

/** A slice's row in `strangler.fence` of one database: whether applications may write its tables there. */
export interface FenceRow {
  readonly epoch: number
  readonly fenced: boolean
}

/**
 * Whether a fence may be put up or opened: only by an epoch above the stored one. What is so already is
 * `done`, so that a step whose answer was lost can be taken again.
 */
export function judgeFence(row: FenceRow, wanted: FenceRow): 'change' | 'done' | Refusal {
  if (wanted.epoch === row.epoch) return asBefore(row, wanted)
  if (wanted.epoch < row.epoch) return refuse(`the fence is at epoch ${row.epoch} already`)
  return 'change'
}

/** At one epoch a side is either left or entered; that both are asked for is not the protocol. */
function asBefore(row: FenceRow, wanted: FenceRow): 'done' {
  if (row.fenced !== wanted.fenced) throw new Error(`epoch ${row.epoch} both opens and fences`)
  return 'done'
}

/** A barrier marks the end of what a fenced side wrote; it counts for the epoch of that very fence. */
export function judgeBarrier(row: FenceRow, epoch: number): 'write' | Refusal {
  if (row.epoch !== epoch) return refuse(`the fence is at epoch ${row.epoch}, not at ${epoch}`)
  asBefore(row, { epoch, fenced: true })
  return 'write'
}

/** Sequences are raised only before their side opens: once it is open, its writers draw from them. */
export function judgeSequences(row: FenceRow, epoch: number): 'raise' | Refusal {
  if (epoch <= row.epoch) return refuse(`the fence is at epoch ${row.epoch} already`)
  return 'raise'
}

/** Whether a drained stream's barrier is the one of this attempt. */
export function barrierApplied(appliedEpoch: number, epoch: number): boolean {
  return appliedEpoch === epoch
}

/**
 * Whether an applier may change rows on a side: only where applications may not, and only while that is
 * so because the other side owns the slice, not because an attempt to change the owner is under way.
 */
export function mayApply(row: FenceRow, ownerEpoch: number): true | Refusal {
  if (!row.fenced) return refuse(`applications may write there since epoch ${row.epoch}`)
  if (row.epoch !== ownerEpoch) {
    return refuse(`the fence is at epoch ${row.epoch}, the owner's is ${ownerEpoch}`)
  }
  return true
}
