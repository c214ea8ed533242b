import type pg from 'pg'

/**
 * Writes a heartbeat into a database again and again, so that its streams show how far behind they are and
 * its log can be let go of even when nobody else writes.
 */
export function createBeats(database: pg.Pool, now: () => number) {
  let outstanding: { beat: number; at: number }[] = []

  return {
    /** Writes one. */
    async write(): Promise<void> {
      const at = now()
      const { rows } = await database.query<{ beat: string }>('select strangler.beat() as beat')
      outstanding.push({ beat: Number(rows[0]!.beat), at })
      if (outstanding.length > 10_000) outstanding = outstanding.slice(5000)
    },

    /**
     * How old the oldest heartbeat is that a stream has not applied, in milliseconds; 0 if it has applied all.
     * Slightly too much, for the clock starts before the heartbeat is written.
     */
    lagBehind(applied: number): number {
      const oldest = outstanding.find(({ beat }) => beat > applied)
      return oldest ? now() - oldest.at : 0
    },

    /** Forgets what every stream has applied. */
    forgetUpTo(beat: number): void {
      outstanding = outstanding.filter((one) => one.beat > beat)
    },
  }
}

export type Beats = ReturnType<typeof createBeats>
