/** What a principal may have seen of one database, or written to it. Numbers are marks in its log. */
export interface Exposure {
  /** Writes that are not answered yet: they may be committed already. */
  inFlight: number
  /** Writes that were acknowledged and whose mark is not made yet. */
  unmarkedWrites: number
  /** All acknowledged writes lie before this mark. */
  written: number
  /** Reads that its owner answered and whose mark is not made yet. */
  unmarkedReads: number
  /** All that was read lies before this mark. */
  seen: number
}

export function noExposure(): Exposure {
  return { inFlight: 0, unmarkedWrites: 0, written: -1, unmarkedReads: 0, seen: -1 }
}

/** A database that has applied up to a mark holds every acknowledged write. */
export function holdsWrites(exposure: Exposure, applied: number): boolean {
  return exposure.unmarkedWrites === 0 && exposure.written <= applied
}

/** A database that has applied up to a mark shows nothing older than what was seen, and all that was written. */
export function isFresh(exposure: Exposure, applied: number): boolean {
  return (
    holdsWrites(exposure, applied) &&
    exposure.inFlight === 0 &&
    exposure.unmarkedReads === 0 &&
    exposure.seen <= applied
  )
}
