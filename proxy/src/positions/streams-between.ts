import { type Plan, type Side, streamInto } from '@strangler/core'
import type { ControlState } from '../state/control-state.ts'

/** The streams between two databases, for a plan's slices that are synced. */
export function createStreamsBetween(plan: Plan, state: ControlState) {
  return (from: string, into: string): string[] => {
    const service = from === 'legacy' ? into : from
    const side: Side = into === 'legacy' ? 'legacy' : 'extracted'
    if (from !== 'legacy' && into !== 'legacy') return []
    return [...plan.slices.values()]
      .filter((slice) => slice.service === service && state.slice(slice.name).synced)
      .map(({ name }) => streamInto(name, side))
  }
}
