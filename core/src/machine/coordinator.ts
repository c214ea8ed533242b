import {
  type Attempting,
  type Change,
  type ChangeKind,
  type ControlRow,
  isAttempting,
  opposite,
  type Side,
} from './control.ts'

/** Work in the databases and at the proxies, for one attempt's epoch or its undo's. */
export type Work =
  /** Wait until every live proxy holds the slice's writes. */
  | { readonly kind: 'hold'; readonly epoch: number }
  | { readonly kind: 'fence'; readonly side: Side; readonly epoch: number }
  | { readonly kind: 'barrier'; readonly side: Side; readonly epoch: number }
  /** Wait until that barrier is applied in `side`, then verify what changed. */
  | { readonly kind: 'drain'; readonly side: Side; readonly epoch: number }
  | { readonly kind: 'sequences'; readonly side: Side; readonly epoch: number }
  /** Open `side` in a transaction that stays uncommitted. */
  | { readonly kind: 'stage'; readonly side: Side; readonly epoch: number }
  /** Commit what was staged. */
  | { readonly kind: 'commit'; readonly side: Side; readonly epoch: number }
  | { readonly kind: 'rollback'; readonly side: Side; readonly epoch: number }
  | { readonly kind: 'open'; readonly side: Side; readonly epoch: number }

/** What a coordinator does next. `rest`: nothing, until somebody asks or the row changes. */
export type Effect =
  | { readonly kind: 'rest' }
  | { readonly kind: 'read' }
  | { readonly kind: 'record'; readonly change: Change }
  | Work

/**
 * How an effect ended. `refused`: it did not happen. `unknown`: no answer came; it may have happened,
 * and may yet happen. After `read` and `record`, `row` is what the control store holds.
 */
export type Outcome =
  | { readonly kind: 'done'; readonly row?: ControlRow }
  | { readonly kind: 'refused'; readonly row?: ControlRow }
  | { readonly kind: 'unknown' }

/** What a coordinator knows of one slice. A new or restarted one knows {@link nothing}. */
export interface Memory {
  /** The control row, or undefined when it has to be read first. */
  readonly row: ControlRow | undefined
  /** The attempt that this coordinator began itself; any other it undoes or finishes. */
  readonly begun: number | undefined
  /** The attempt is to be undone. */
  readonly failed: boolean
  /** How much of the present phase's work is done. */
  readonly progress: number
  /** An opening of the new owner's fence waits, uncommitted, for the journal. */
  readonly staged: boolean
}

export const nothing: Memory = {
  row: undefined,
  begun: undefined,
  failed: false,
  progress: 0,
  staged: false,
}

/** The work of each phase that can be undone. A phase is recorded before its work starts. */
function work(phase: Attempting, { owner, epoch }: ControlRow): readonly Work[] {
  const from = owner
  const to = opposite(owner)
  switch (phase) {
    case 'holding':
      return [{ kind: 'hold', epoch }]
    case 'fencing':
      return [{ kind: 'fence', side: from, epoch }]
    case 'draining':
      return [
        { kind: 'barrier', side: from, epoch },
        { kind: 'drain', side: to, epoch },
      ]
    case 'sequencing':
      return [{ kind: 'sequences', side: to, epoch }]
    case 'staging':
      return [{ kind: 'stage', side: to, epoch }]
  }
}

/** The change that announces an attempt to move the slice to the other side. */
export function begin(row: ControlRow, epoch = row.epoch + 1): Effect {
  return record('begin', row, epoch)
}

/** The next effect. It depends on nothing but what is known, so a successor decides as well. */
export function decide(memory: Memory): Effect {
  if (!memory.row) return { kind: 'read' }
  const { row } = memory
  const { epoch, owner, phase } = row
  const other = opposite(owner)
  if (isAttempting(phase)) return attempt(memory, row, phase)
  if (phase === 'journaled') {
    if (memory.staged) return { kind: 'commit', side: owner, epoch }
    return memory.progress === 0 ? { kind: 'open', side: owner, epoch } : record('settle', row)
  }
  if (phase === 'aborting') {
    return memory.progress === 0 ? { kind: 'open', side: owner, epoch } : record('undone', row)
  }
  // Only now: clients must not wait for a side that may be dead.
  if (memory.staged) return { kind: 'rollback', side: other, epoch }
  if (phase === 'tidying') {
    return memory.progress === 0 ? { kind: 'fence', side: other, epoch } : record('tidy', row)
  }
  return { kind: 'rest' }
}

function attempt(memory: Memory, row: ControlRow, phase: Attempting): Effect {
  if (memory.begun !== row.epoch || memory.failed) return record('abort', row, row.epoch + 1)
  const next = work(phase, row)[memory.progress]
  return next ?? record(phase === 'staging' ? 'journal' : 'advance', row)
}

function record(kind: ChangeKind, row: ControlRow, epoch = row.epoch): Effect {
  return { kind: 'record', change: { kind, at: { epoch: row.epoch, phase: row.phase }, epoch } }
}

/** What is known after an effect's outcome. */
export function learn(memory: Memory, effect: Effect, outcome: Outcome): Memory {
  switch (effect.kind) {
    case 'rest':
      return { ...memory, row: undefined }
    case 'read':
      return arriveAt(memory, shown(outcome))
    case 'record':
      return learnRecord(memory, effect.change, outcome)
    default:
      return isAttempting(memory.row!.phase)
        ? learnAttempt(memory, effect, outcome)
        : learnDuty(memory, effect, outcome)
  }
}

function shown(outcome: Outcome): ControlRow | undefined {
  return 'row' in outcome ? outcome.row : undefined
}

function arriveAt(memory: Memory, row: ControlRow | undefined): Memory {
  return { ...memory, row, progress: 0 }
}

/**
 * A record of which no answer came may still be on its way, so reading cannot settle it. An attempt is
 * settled by recording its abort: that succeeds, and the earlier record never can, or it is refused.
 */
function learnRecord(memory: Memory, { kind, epoch }: Change, outcome: Outcome): Memory {
  const began = kind === 'begin' && outcome.kind === 'done'
  return {
    ...arriveAt(memory, shown(outcome)),
    begun: began ? epoch : memory.begun,
    failed: !began && (memory.failed || outcome.kind === 'unknown'),
  }
}

/** Before the journal whatever does not succeed undoes the attempt. */
function learnAttempt(memory: Memory, effect: Work, outcome: Outcome): Memory {
  if (outcome.kind !== 'done') return { ...memory, failed: true }
  return { ...memory, progress: memory.progress + 1, staged: effect.kind === 'stage' }
}

/** What has to be done is tried until it is done, or until it is seen that somebody else went on. */
function learnDuty(memory: Memory, effect: Work, outcome: Outcome): Memory {
  if (effect.kind === 'rollback') return { ...memory, staged: false }
  if (effect.kind === 'commit') {
    return { ...memory, staged: false, progress: outcome.kind === 'done' ? 1 : 0 }
  }
  if (outcome.kind === 'done') return { ...memory, progress: 1 }
  return outcome.kind === 'refused' ? { ...memory, row: undefined } : memory
}
