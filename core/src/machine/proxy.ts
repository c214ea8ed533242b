import type { ControlRow, Side } from './control.ts'
import type { FenceRow } from './fence.ts'

/** What a proxy knows of a slice's owner. */
export interface View {
  readonly epoch: number
  /** Writes go to the owner; otherwise they are held. */
  readonly open: boolean
  readonly owner: Side
}

/** What a control row tells proxies. */
export function announcement(row: ControlRow): View {
  const open = row.phase === 'idle' || row.phase === 'tidying'
  return { epoch: row.epoch, open, owner: row.owner }
}

/** Takes in what was read. Answers may overtake one another; an older one changes nothing. */
export function tell(view: View | undefined, told: View): View {
  if (!view) return told
  if (told.epoch < view.epoch) return view
  if (told.epoch === view.epoch && view.open) return view
  return told
}

/** Where a write goes: to a side, into the hold, or first to the databases' fence rows. */
export type WriteRoute = { readonly forward: Side } | 'hold' | 'ask the fences'

/** @param leased whether the proxy's lease, on its own clock, has time left. */
export function routeWrite(view: View, leased: boolean): WriteRoute {
  if (!leased) return 'ask the fences'
  if (!view.open) return 'hold'
  return { forward: view.owner }
}

/** What was read of the fences just now. A side whose fence could not be read is left out. */
export type Fences = Readonly<Partial<Record<Side, FenceRow>>>

/**
 * Where a write goes when the proxy cannot rely on what it was told: to the side whose fence is open at
 * the epoch that it knows, or a later one.
 */
export function routeByFences(view: View, fences: Fences): Exclude<WriteRoute, 'ask the fences'> {
  const sides: readonly Side[] = ['legacy', 'extracted']
  for (const forward of sides) {
    const { epoch, fenced } = fences[forward] ?? { epoch: 0, fenced: true }
    if (fenced) continue
    if (epoch < view.epoch) continue
    return { forward }
  }
  return 'hold'
}

/** A proxy that holds acknowledges it, with the hold's epoch, once no write of the slice is under way. */
export function mayAcknowledge(writesInFlight: number): boolean {
  return writesInFlight === 0
}
