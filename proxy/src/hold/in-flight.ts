/** Counts the writes under way, by slice: a hold is acknowledged when there are none. */
export function createInFlight(onNone: () => void) {
  const counts = new Map<string, number>()

  return {
    count: (slice: string): number => counts.get(slice) ?? 0,

    /** Counts a write until the returned function is called. */
    enter(slices: readonly string[]): () => void {
      for (const slice of slices) counts.set(slice, (counts.get(slice) ?? 0) + 1)
      let left = false
      return () => {
        if (left) return
        left = true
        for (const slice of slices) counts.set(slice, counts.get(slice)! - 1)
        if (slices.some((slice) => counts.get(slice) === 0)) onNone()
      }
    },

    all: (): Record<string, number> => Object.fromEntries(counts),
  }
}

export type InFlight = ReturnType<typeof createInFlight>
