import type { Outbox } from '@strangler/core'
import type { ConnectorSettings } from '../log/debezium/connect.ts'
import { connectorClass, databaseSettings } from '../log/debezium/settings.ts'
import { eventTopic, outboxNames } from './names.ts'

export interface OutboxSettings {
  readonly outbox: Outbox
  /** The applier's connection string for the service's database. */
  readonly url: string
  readonly prefix: string
  /** The connector's name. */
  readonly connector: string
}

/**
 * The settings of a connector that brings an outbox's new rows into one topic, keyed by aggregate, id and types in
 * headers, the payload as it is.
 *
 * @see https://debezium.io/documentation/reference/stable/transformations/outbox-event-router.html
 */
export function outboxSettings(options: OutboxSettings): ConnectorSettings {
  const { outbox, url, prefix, connector } = options
  const { columns, table, service } = outbox
  const { slot, publication } = outboxNames(service)
  return {
    'connector.class': connectorClass,
    'tasks.max': '1',
    'topic.prefix': connector,
    ...databaseSettings(url),
    'plugin.name': 'pgoutput',
    'slot.name': slot,
    'publication.name': publication,
    'publication.autocreate.mode': 'disabled',
    // Heartbeats are published to move the slot on; as events they would be none.
    'table.include.list': `${table.schema}\\.${table.name}`,
    'snapshot.mode': 'no_data',
    // A slot that was made anew lacks events: the task fails instead of going on.
    'offset.mismatch.strategy': 'trust_offset',
    'tombstones.on.delete': 'false',
    'poll.interval.ms': '20',
    'heartbeat.interval.ms': '2000',
    'topic.heartbeat.prefix': heartbeatPrefix(prefix),
    'retriable.restart.connector.wait.ms': '500',
    'slot.max.retries': '2',
    'slot.retry.delay.ms': '500',
    transforms: 'outbox',
    'transforms.outbox.type': 'io.debezium.transforms.outbox.EventRouter',
    'transforms.outbox.route.topic.regex': '.*',
    'transforms.outbox.route.topic.replacement': eventTopic(prefix, service),
    'transforms.outbox.route.by.field': columns.aggregateType,
    'transforms.outbox.table.field.event.id': columns.id,
    'transforms.outbox.table.field.event.key': columns.aggregateId,
    'transforms.outbox.table.field.event.payload': columns.payload,
    'transforms.outbox.table.fields.additional.placement': `${columns.type}:header:type,${columns.aggregateType}:header:aggregateType`,
    'key.converter': stringConverter,
    'value.converter': stringConverter,
    'header.converter': stringConverter,
  }
}

/** The topic of the connector's own heartbeats, by which Connect remembers how far it is. */
export function heartbeatTopic(prefix: string, connector: string): string {
  return `${heartbeatPrefix(prefix)}.${connector}`
}

const heartbeatPrefix = (prefix: string) => `${prefix}.beats`

const stringConverter = 'org.apache.kafka.connect.storage.StringConverter'
