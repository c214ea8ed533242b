import type { State, World } from './model/state.ts'
import { isResting } from './model/coordinators.ts'

/** What is checked in every state and on every step; docs/invariants.md says more of each. */
export const invariants = [
  'at most one side is open',
  'a side opens only when it has applied every write of the other',
  'no applier changes rows of the side that owns the slice',
  'nothing is journaled without its fence, its barrier, and the checks of its own coordinator',
  'sequences are set only while their side is fenced',
  'a fence that stands as it should is not touched again',
  'a write sent under a lease never meets a fence',
  'a proxy that acknowledged a hold never sends to the side being left',
  'a proxy without a lease sends only to a side that it has just seen open',
  'what a proxy knows never goes back',
  'every run can end, one side open and everything delivered',
  'clients are served again although the other side is dead',
]

/** What has to be possible, so that a machine that does nothing at all is no solution. */
export const goals: Readonly<Record<string, (state: State) => boolean>> = {
  'cut over': ({ control }) => control.phase === 'idle' && control.owner === 'extracted',
  'rolled back': ({ control, legacy }) =>
    control.phase === 'idle' && control.owner === 'legacy' && legacy.barrier > 0,
  undone: ({ control }) => control.phase === 'idle' && control.ownerEpoch > 1,
  'undone while the other side is dead': ({ control, extracted }) =>
    control.phase === 'tidying' && extracted.down,
}

/** The run has ended well: one side open, as the control store says, everything delivered. */
export function settled(world: World, state: State): boolean {
  const { control, first, second, late, left, right } = state
  const told = world.machine.announcement(control)
  if (control.phase !== 'idle' || late || !told.open) return false
  const owner = state[control.owner]
  const other = state[control.owner === 'legacy' ? 'extracted' : 'legacy']
  return (
    !owner.fenced &&
    other.fenced &&
    owner.epoch === control.ownerEpoch &&
    other.epoch === control.ownerEpoch &&
    !owner.log.includes('write') &&
    !other.log.includes('write') &&
    [first, second].every(({ active, memory }) => !active || isResting(world, memory)) &&
    [left, right].every(({ view }) => !view || (view.epoch === told.epoch && view.open))
  )
}

/** Clients are served, whatever has become of the other side; or the journal has decided. */
export function served(world: World, state: State): boolean {
  if (state.control.owner === 'extracted') return true
  return world.machine.announcement(state.control).open && !state.legacy.fenced
}
