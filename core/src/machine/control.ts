import { type Refusal, refuse } from './refusal.ts'

/** Where a slice's requests are answered. */
export type Side = 'legacy' | 'extracted'

export function opposite(side: Side): Side {
  return side === 'legacy' ? 'extracted' : 'legacy'
}

/** The steps of an attempt that can still be undone, in their order. */
export const attempting = ['holding', 'fencing', 'draining', 'sequencing', 'staging'] as const

export type Attempting = (typeof attempting)[number]

/**
 * `idle`: no switch; the owner is open. `holding` to `staging`: an attempt that can be undone.
 * `journaled`: decided, only forward. `aborting`: being undone, the owner may still be fenced.
 * `tidying`: undone, the owner is open and announced; the other side has not heard of it yet.
 */
export type Phase = 'idle' | Attempting | 'journaled' | 'aborting' | 'tidying'

/** A slice's row in the control store: the only place where a switch is decided. */
export interface ControlRow {
  /** The latest attempt's number, or its undo's. Never falls. */
  readonly epoch: number
  readonly phase: Phase
  readonly owner: Side
  /** The epoch at which the owner's database was opened: what appliers compare with. */
  readonly ownerEpoch: number
}

export type ChangeKind = 'begin' | 'advance' | 'journal' | 'settle' | 'abort' | 'undone' | 'tidy'

/** A compare-and-set on a control row: made only where the row still is `at`. */
export interface Change {
  readonly kind: ChangeKind
  readonly at: { readonly epoch: number; readonly phase: Phase }
  /** The row's epoch afterwards. `begin` and `abort` raise it; all others keep it. */
  readonly epoch: number
}

/** The row after the change, or why it was not made. */
export function change(row: ControlRow, wanted: Change): ControlRow | Refusal {
  if (row.epoch !== wanted.at.epoch) {
    return refuse(`it is at epoch ${row.epoch}, not ${wanted.at.epoch}`)
  }
  if (row.phase !== wanted.at.phase) {
    return refuse(`it is ${row.phase}, not ${wanted.at.phase}`)
  }
  return after(row, wanted)
}

const following: Readonly<Partial<Record<Phase, Attempting>>> = {
  holding: 'fencing',
  fencing: 'draining',
  draining: 'sequencing',
  sequencing: 'staging',
}

function after(row: ControlRow, { kind, epoch }: Change): ControlRow {
  switch (kind) {
    case 'begin':
      return { ...row, epoch, phase: 'holding' }
    case 'advance':
      return { ...row, phase: following[row.phase]! }
    case 'journal':
      return { ...row, phase: 'journaled', owner: opposite(row.owner), ownerEpoch: epoch }
    case 'abort':
      return { ...row, epoch, phase: 'aborting' }
    case 'undone':
      return { ...row, phase: 'tidying', ownerEpoch: epoch }
    case 'settle':
    case 'tidy':
      return { ...row, phase: 'idle' }
  }
}

export function isAttempting(phase: Phase): phase is Attempting {
  return (attempting as readonly Phase[]).includes(phase)
}
