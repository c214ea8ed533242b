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
  /** Open `side` in a transaction that stays uncommitted. Done already if it is open that way. */
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
 * and may yet happen. After a `read` or a `record` that was answered, `row` is the control row.
 */
export interface Outcome {
  readonly kind: 'done' | 'refused' | 'unknown'
  readonly row?: ControlRow
}

/** What a coordinator knows of one slice. A new or restarted one knows {@link nothing}. */
export interface Memory {
  /** The control row, or undefined when it has to be read first. */
  readonly row: ControlRow | undefined
  /** The epoch of its own latest record: an attempt of another epoch is somebody else's, to be undone. */
  readonly recorded: number | undefined
  /** The attempt is to be undone. */
  readonly failed: boolean
  /** How much of the present phase's work is done. */
  readonly progress: number
  /** An opening of the new owner's fence waits, uncommitted, for the journal. */
  readonly staged: boolean
}

export const nothing: Memory = {
  row: undefined,
  recorded: undefined,
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
  if (memory.recorded !== row.epoch || memory.failed) return record('abort', row, row.epoch + 1)
  const next = work(phase, row)[memory.progress]
  return next ?? record(phase === 'staging' ? 'journal' : 'advance', row)
}

function record(kind: ChangeKind, row: ControlRow, epoch = row.epoch): Effect {
  return { kind: 'record', change: { kind, at: { epoch: row.epoch, phase: row.phase }, epoch } }
}

/** Somebody wants the attempt undone, or its time is up. After the journal this changes nothing. */
export function giveUp(memory: Memory): Memory {
  return { ...memory, failed: true }
}

/** What is known after an effect's outcome. */
export function learn(memory: Memory, effect: Effect, outcome: Outcome): Memory {
  switch (effect.kind) {
    case 'rest':
      return { ...memory, row: undefined }
    case 'read':
      return arriveAt(memory, outcome.row)
    case 'record':
      return learnRecord(memory, effect.change, outcome)
    default:
      return isAttempting(memory.row!.phase)
        ? learnAttempt(memory, effect, outcome)
        : learnDuty(memory, effect, outcome)
  }
}

function arriveAt(memory: Memory, row: ControlRow | undefined): Memory {
  return { ...memory, row, progress: 0 }
}

/**
 * A record of which no answer came may have been made, or may yet be. Reading alone would not settle it;
 * the next record does, for it names the epoch and phase that were read.
 */
function learnRecord(memory: Memory, { epoch }: Change, outcome: Outcome): Memory {
  const arrived = arriveAt(memory, outcome.row)
  return outcome.kind === 'done' ? { ...arrived, recorded: epoch, failed: false } : arrived
}

/** Before the journal whatever does not succeed undoes the attempt. */
function learnAttempt(memory: Memory, effect: Work, outcome: Outcome): Memory {
  if (outcome.kind !== 'done') return giveUp(memory)
  return { ...memory, progress: memory.progress + 1, staged: effect.kind === 'stage' }
}

/** What has to be done is tried until it is done, or until somebody else is seen to have gone on. */
function learnDuty(memory: Memory, effect: Work, outcome: Outcome): Memory {
  if (effect.kind === 'commit' || effect.kind === 'rollback') return { ...memory, staged: false }
  return outcome.kind === 'done' ? { ...memory, progress: 1 } : { ...memory, row: undefined }
}
