import type { SliceRuntime } from '../slice/runtime.ts'

/** Looks again every so often, in the background: a database that does not answer keeps no report waiting. */
export function createWatch<Seen>(
  everyMs: number,
  now: () => number,
  look: (runtime: SliceRuntime) => Promise<Seen>,
) {
  const known = new Map<string, Seen>()
  const asked = new Map<string, number>()
  return (runtime: SliceRuntime): Seen | undefined => {
    const { name } = runtime.slice
    if (now() - (asked.get(name) ?? -Infinity) >= everyMs) {
      asked.set(name, now())
      void look(runtime).then(
        (seen) => known.set(name, seen),
        () => known.delete(name),
      )
    }
    return known.get(name)
  }
}
