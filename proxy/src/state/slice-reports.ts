import type { Hold } from '../hold/hold.ts'
import type { InFlight } from '../hold/in-flight.ts'
import type { Flags } from '../side/flags.ts'
import type { ControlState, KnownSlice } from './control-state.ts'

/** What a proxy says of a slice, in its metrics and to people. */
export interface SliceReport extends KnownSlice {
  readonly share: number
  readonly inFlight: number
  readonly held: number
}

export interface SliceReportSources {
  readonly slices: readonly string[]
  readonly state: ControlState
  readonly flags: Flags
  readonly inFlight: InFlight
  readonly hold: Hold
}

export function createSliceReports({ slices, state, flags, inFlight, hold }: SliceReportSources) {
  return (): Record<string, SliceReport> => {
    const held = hold.held()
    return Object.fromEntries(
      slices.map((slice) => [
        slice,
        {
          ...state.slice(slice),
          share: flags.share(slice),
          inFlight: inFlight.count(slice),
          held: held[slice] ?? 0,
        },
      ]),
    )
  }
}
