import { whenReleased } from '../log/slot.ts'
import { consumerSlot, consumerSlots } from './names.ts'
import {
  checkPublished,
  eventsGone,
  keptFor,
  makeSlot,
  type Outboxes,
  type OutboxSource,
  publishOutbox,
  unpublishOutbox,
} from './outboxes.ts'

/** Consumers read Postgres itself, each by a slot of its own. Without consumers nothing is kept for anybody. */
export const pgoutputOutboxes: Outboxes = {
  async create(source) {
    await publishOutbox(source)
    for (const { name } of source.consumers) {
      await makeSlot(source.database.reading, consumerSlot(name))
    }
  },

  async look(source) {
    await checkPublished(source)
    const { reading } = source.database
    let keptBytes = 0
    for (const { name } of source.consumers) {
      const slot = consumerSlot(name)
      const kept = await keptFor(reading, slot)
      if (kept === undefined) throw eventsGone(source, `the replication slot "${slot}" is gone`)
      keptBytes = Math.max(keptBytes, kept)
    }
    const left = await forgotten(source)
    if (left.length === 0) return { state: 'running', keptBytes }
    const why = `the log is kept for consumers that the plan does not have: as their applier run select pg_drop_replication_slot('${left[0]}')`
    return { state: 'waiting', why, keptBytes }
  },

  async behind({ database }, { name }) {
    const keptBytes = await keptFor(database.reading, consumerSlot(name))
    return keptBytes === undefined ? {} : { keptBytes }
  },

  async drop(source) {
    const slots = source.consumers.map(({ name }) => consumerSlot(name))
    for (const slot of [...slots, ...(await forgotten(source))]) {
      const sql =
        'select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = $1 and database = current_database()'
      await whenReleased(source.database.reading, sql, slot)
    }
    await unpublishOutbox(source)
  },
}

/** A consumer that left the plan leaves its slot, which would keep the log for ever. */
async function forgotten({ database, consumers }: OutboxSource): Promise<string[]> {
  const { rows } = await database.reading.query<{ slot: string }>(
    `select slot_name as slot from pg_replication_slots
     where database = current_database() and slot_name like $1 and slot_name <> all($2)`,
    [consumerSlots, consumers.map(({ name }) => consumerSlot(name))],
  )
  return rows.map(({ slot }) => slot)
}
