import type { Handle } from '../src/events/index.ts'

/** Handles an event by writing what it says; what is handled twice is there twice. */
export const keepNote: Handle = async (event, client) => {
  const { n } = event.payload as { n?: unknown }
  await client.query('insert into notes (event, type, aggregate, n) values ($1, $2, $3, $4)', [
    event.id,
    event.type,
    event.aggregateId,
    String(n),
  ])
}
