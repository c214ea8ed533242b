import { exactText } from '@strangler/core'
import type { ConnectorSettings } from './connect.ts'

export const connectorClass = 'io.debezium.connector.postgresql.PostgresConnector'

/** Brings every column as the text that Postgres prints; lies in `cdc/debezium`. */
const converterClass = 'strangler.debezium.ExactText'

export interface CaptureOptions {
  /** The applier's connection string for the database that is read. */
  readonly url: string
  readonly slot: string
  readonly publication: string
  /** Also the connector's name. */
  readonly topic: string
  /** Stands for a large value that was not logged. */
  readonly unchanged: string
}

/**
 * The settings of a connector that captures one stream into one topic of one partition, all tables, barriers
 * and heartbeats in the order of their commits.
 *
 * @see https://debezium.io/documentation/reference/stable/connectors/postgresql.html
 */
export function captureSettings(options: CaptureOptions): ConnectorSettings {
  const { topic, slot, publication, unchanged } = options
  return {
    'connector.class': connectorClass,
    'tasks.max': '1',
    'topic.prefix': topic,
    ...databaseSettings(options.url),
    // The server prints the values: not as somebody has set it for the database or the role.
    'driver.options': exactText,
    'plugin.name': 'pgoutput',
    'slot.name': slot,
    'publication.name': publication,
    'publication.autocreate.mode': 'disabled',
    // The copy is the toolkit's own.
    'snapshot.mode': 'no_data',
    'slot.stream.params': 'origin=none',
    // A slot that was made anew lacks changes: the task fails instead of going on.
    'offset.mismatch.strategy': 'trust_offset',
    'provide.transaction.metadata': 'true',
    'skipped.operations': 'none',
    'tombstones.on.delete': 'false',
    'include.unknown.datatypes': 'true',
    'event.converting.failure.handling.mode': 'fail',
    'event.processing.failure.handling.mode': 'fail',
    converters: 'exact',
    'exact.type': converterClass,
    'exact.unchanged': unchanged,
    'poll.interval.ms': '5',
    'max.batch.size': '4096',
    'max.queue.size': '16384',
    'heartbeat.interval.ms': '1000',
    'retriable.restart.connector.wait.ms': '500',
    'slot.max.retries': '2',
    'slot.retry.delay.ms': '500',
    transforms: 'route',
    'transforms.route.type': 'io.debezium.transforms.ByLogicalTableRouter',
    'transforms.route.topic.regex': '.*',
    'transforms.route.topic.replacement': topic,
    'transforms.route.key.enforce.uniqueness': 'false',
    'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'key.converter.schemas.enable': 'false',
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter.schemas.enable': 'false',
  }
}

/** Where a connector finds its database. */
export function databaseSettings(url: string): ConnectorSettings {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url)
  const sslMode = searchParams.get('sslmode')
  return {
    'database.hostname': hostname,
    'database.port': port || '5432',
    'database.user': decodeURIComponent(username),
    'database.password': decodeURIComponent(password),
    'database.dbname': decodeURIComponent(pathname.slice(1)),
    ...(sslMode !== null && { 'database.sslmode': sslMode }),
  }
}

/** What may differ without a change of what is captured: where the database is, and how much goes at a time. */
const harmless =
  /^database\.|^(poll\.interval|heartbeat\.interval|slot\.retry\.delay|retriable\.restart\.connector\.wait)\.ms$|^max\.(batch|queue)\.size$|^slot\.max\.retries$|^producer\.override\./

export function isHarmless(setting: string): boolean {
  return harmless.test(setting)
}

/** The settings that differ from those that are wanted: names only, for some of them are secrets. */
export function differences(wanted: ConnectorSettings, found: ConnectorSettings): string[] {
  const names = new Set([...Object.keys(wanted), ...Object.keys(found)])
  names.delete('name')
  return [...names].filter((name) => wanted[name] !== found[name])
}
