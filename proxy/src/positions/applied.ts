import type pg from 'pg'

/** How far the streams into each database are, as marks of their sources: looked up while somebody needs it. */
export function createApplied(readers: ReadonlyMap<string, pg.Pool>) {
  const marks = new Map<string, number>()
  const readings = new Map<string, Promise<void>>()

  async function read(database: string): Promise<void> {
    const { rows } = await readers
      .get(database)!
      .query<{ stream: string; beat: string }>('select stream, beat from strangler.position')
    for (const { stream, beat } of rows) marks.set(stream, Number(beat))
  }

  return {
    /** The last mark of its source that a stream is known to have brought. */
    mark: (stream: string): number => marks.get(stream) ?? -1,

    /** Looks again; callers at one time share a query. */
    look(database: string): Promise<void> {
      let reading = readings.get(database)
      if (!reading) {
        reading = read(database)
          .catch(() => {}) // Nothing is known to have arrived while its database is down.
          .finally(() => readings.delete(database))
        readings.set(database, reading)
      }
      return reading
    },
  }
}

export type Applied = ReturnType<typeof createApplied>
