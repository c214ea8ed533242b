import type { Side } from '@strangler/core'

export interface ReadSituation {
  readonly owner: Side
  /** Shares of reads apply: the copy was verified and somebody asked for them. */
  readonly byFlag: boolean
  /** What the flag wants for this principal; undefined if no flag is known. */
  readonly wanted: Side | undefined
  /** How far the side that is not the owner is behind; undefined if nobody knows. */
  readonly lagMs: number | undefined
  readonly lagLimitMs: number
  /** The other side shows this principal nothing older than they have seen, and all that they wrote. */
  readonly isFresh: boolean
}

export type ReadChoice = {
  readonly side: Side
  /** Why the owner answers although the flag wants the other side. */
  readonly because?: 'lag' | 'pinned'
}

/** Which side answers a read. When in doubt, the owner. */
export function chooseSide(situation: ReadSituation): ReadChoice {
  const { owner, byFlag, wanted, lagMs, lagLimitMs, isFresh } = situation
  if (!byFlag || wanted === undefined || wanted === owner) return { side: owner }
  if (lagMs === undefined || lagMs > lagLimitMs) return { side: owner, because: 'lag' }
  if (!isFresh) return { side: owner, because: 'pinned' }
  return { side: wanted }
}
