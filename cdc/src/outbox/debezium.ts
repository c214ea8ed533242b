import { randomBytes } from 'node:crypto'
import type { DebeziumOptions } from '../log/debezium/logs.ts'
import { connectorClass, differences, isHarmless } from '../log/debezium/settings.ts'
import { CdcError } from '../errors.ts'
import { whenReleased } from '../log/slot.ts'
import { isForGood, Restarts } from '../log/debezium/restarts.ts'
import { eventTopic, outboxNames } from './names.ts'
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
import { heartbeatTopic, outboxSettings } from './settings.ts'

const dayMs = 86_400_000

/** Outboxes that Debezium's event router brings into Kafka: a connector, a slot and a topic each. */
export function createDebeziumOutboxes(options: DebeziumOptions): Outboxes {
  const { kafka, connect, prefix, replicationFactor, log } = options
  const restarts = new Restarts(connect, log)

  const settingsOf = ({ outbox, database }: OutboxSource, connector: string) =>
    outboxSettings({ outbox, url: database.applierUrl, prefix, connector })

  /** A name is used once: Connect remembers by it how far a connector came, and another slot begins elsewhere. */
  async function connectorOf({ outbox }: OutboxSource): Promise<string | undefined> {
    const names = await connect.connectors(`${eventTopic(prefix, outbox.service)}.`)
    return names[0]
  }

  async function removeConnectors({ outbox }: OutboxSource): Promise<void> {
    for (const name of await connect.connectors(`${eventTopic(prefix, outbox.service)}.`)) {
      await connect.remove(name)
      await kafka.deleteTopics([heartbeatTopic(prefix, name)])
    }
  }

  return {
    async create(source) {
      const { outbox, database } = source
      if (!(await connect.plugins()).includes(connectorClass)) {
        const message = `Kafka Connect has no ${connectorClass}: put Debezium's Postgres connector into its plugin path.`
        throw new CdcError('CONNECTOR_REFUSED', message, { service: outbox.service })
      }
      await publishOutbox(source)
      const { slot } = outboxNames(outbox.service)
      const topic = eventTopic(prefix, outbox.service)
      if (!(await kafka.ranges(topic))) {
        const { partitions, keepDays } = outbox
        await kafka.createTopic(topic, replicationFactor, {
          partitions,
          keepMs: Math.round(keepDays * dayMs),
        })
      }
      const connector = await connectorOf(source)
      const isWhole =
        (await keptFor(database.reading, slot)) !== undefined &&
        connector !== undefined &&
        !isForGood((await connect.status(connector))?.failure)
      if (isWhole) return connect.put(connector, settingsOf(source, connector))
      await removeConnectors(source)
      // What a slot still has goes to the new connector: it begins where its slot does.
      await makeSlot(database.reading, slot)
      const name = `${topic}.${randomBytes(4).toString('hex')}`
      const { partitions, keepMs } = { partitions: 1, keepMs: dayMs }
      await kafka.createTopic(heartbeatTopic(prefix, name), replicationFactor, {
        partitions,
        keepMs,
      })
      await connect.put(name, settingsOf(source, name))
    },

    async look(source) {
      await checkPublished(source)
      const { slot } = outboxNames(source.outbox.service)
      const keptBytes = await keptFor(source.database.reading, slot)
      if (keptBytes === undefined)
        throw eventsGone(source, `the replication slot "${slot}" is gone`)
      const topic = eventTopic(prefix, source.outbox.service)
      if (!(await kafka.ranges(topic))) throw eventsGone(source, `Kafka's topic "${topic}" is gone`)
      const connector = await connectorOf(source)
      if (connector === undefined) {
        const why = `its connector is gone from Kafka Connect; what is committed waits in the slot: run "strangler sync start" for a slice of ${source.outbox.service}`
        return { state: 'waiting', why, keptBytes }
      }
      await keepSettings(source, connector)
      const status = await connect.status(connector)
      const { failure = '' } = status ?? {}
      if (isForGood(failure)) throw eventsGone(source, `its connector failed: ${failure}`)
      const why = await restarts.see(connector, status)
      return { state: why === undefined ? 'running' : 'waiting', why, keptBytes }
    },

    async behind({ outbox }, { name }, at) {
      const topic = eventTopic(prefix, outbox.service)
      const ranges = await kafka.ranges(topic)
      if (!ranges) return {}
      const { rows } = await at.coordinator.query<{ partition: number; next: string }>(
        'select partition, next_offset::text as next from strangler.consumer_position where consumer = $1 and topic = $2',
        [name, topic],
      )
      const taken = new Map(rows.map(({ partition, next }) => [partition, BigInt(next)]))
      let behind = 0n
      for (const [partition, { first, end }] of ranges) {
        const next = taken.get(partition) ?? first
        if (end > next) behind += end - next
      }
      return { behind: Number(behind) }
    },

    async drop(source) {
      // Without it a task that is starting just now does not make the slot again.
      await unpublishOutbox(source)
      await removeConnectors(source)
      const sql =
        'select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = $1 and database = current_database()'
      await whenReleased(source.database.reading, sql, outboxNames(source.outbox.service).slot)
    },
  }

  /** While somebody had other settings in place events may have been left out, or come as something else. */
  async function keepSettings(source: OutboxSource, connector: string): Promise<void> {
    const wanted = settingsOf(source, connector)
    const found = await connect.settings(connector)
    const other = found ? differences(wanted, found) : []
    const harmful = other.filter((name) => !isHarmless(name))
    if (harmful.length > 0) {
      throw eventsGone(source, `settings of its connector were changed: ${harmful.join(', ')}`)
    }
    if (other.length === 0) return
    log.warn({ connector, settings: other }, 'settings of a connector are put back')
    await connect.put(connector, wanted)
  }
}
