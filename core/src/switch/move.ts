import type pg from 'pg'
import type { FenceScope, FenceScopes } from '../fence/index.ts'
import type { Side } from '../machine/control.ts'
import { type Slice, tableOn } from '../plan/plan.ts'

/** One of the two databases that slices move between. */
export interface MoveSide {
  readonly coordinator: pg.Pool
  /** The role that the fence lets through. */
  readonly applier: string
}

/** What moves together, and everything that a switch of it needs. */
export interface Move {
  readonly slices: readonly [Slice, ...Slice[]]
  readonly control: pg.Pool
  readonly legacy: MoveSide
  readonly extracted: MoveSide
  /** Who coordinates, for the history. */
  readonly by: string
  /** Compares what changed since the last verification; returns what differs, in words. */
  verifyChanged(to: Side, signal: AbortSignal): Promise<readonly string[]>
}

export function sliceNames({ slices }: Move): string[] {
  return slices.map(({ name }) => name)
}

/** What is fenced on one side when these slices move. */
export function fenceScopes(move: Move, side: Side): FenceScopes {
  const [first, ...rest] = move.slices
  return [
    fenceScope(first, side, move[side].applier),
    ...rest.map((slice) => fenceScope(slice, side, move[side].applier)),
  ]
}

/** What is fenced of one slice: its tables, without shared sinks. */
export function fenceScope(slice: Slice, side: Side, applier: string): FenceScope {
  const own = slice.tables.filter(({ sharedSink }) => !sharedSink)
  const owner = side === 'legacy' ? `service "${slice.service}"` : 'the monolith'
  return { slice: slice.name, tables: own.map((table) => tableOn(table, side)), applier, owner }
}

/** The name under which a stream keeps its position in the database that it is applied to. */
export function streamInto(slice: string, side: Side): string {
  return `${slice}:${side === 'extracted' ? 'forward' : 'reverse'}`
}

/** A step of a switch found a reason to give the attempt up. The message is for a person. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed'
}
