import { exactText } from '@strangler/core'
import type { ConnectorSettings } from './connect.ts'
import { largestMessage } from './kafka.ts'

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
    // docs/decisions/debeziums-queue.md: while there is nothing to bring, each look costs a processor a millisecond.
    'poll.interval.ms': '20',
    'max.batch.size': '8192',
    'max.queue.size': '32768',
    // Connect has one request under way at a time: a burst goes in few large ones.
    'producer.override.batch.size': '524288',
    'producer.override.max.request.size': String(largestMessage),
    'producer.override.buffer.memory': String(largestMessage + 30_000_000),
    // Three headers of each message, which say what its topic's name does.
    'extended.headers.enabled': 'false',
    'heartbeat.interval.ms': '1000',
    'retriable.restart.connector.wait.ms': '500',
    'slot.max.retries': '2',
    'slot.retry.delay.ms': '500',
    // Debezium's own router makes a schema and a value anew for each message.
    transforms: 'route',
    'transforms.route.type': 'org.apache.kafka.connect.transforms.RegexRouter',
    'transforms.route.regex': '.*',
    'transforms.route.replacement': topic,
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

/** What may differ without a change of what is captured: where the database is, how much goes at a time and with which headers. */
const harmless =
  /^database\.|^(poll\.interval|heartbeat\.interval|slot\.retry\.delay|retriable\.restart\.connector\.wait)\.ms$|^max\.(batch|queue)\.size$|^slot\.max\.retries$|^extended\.headers\.enabled$|^producer\.override\./

export function isHarmless(setting: string): boolean {
  return harmless.test(setting)
}

/** The settings that differ from those that are wanted: names only, for some of them are secrets. */
export function differences(wanted: ConnectorSettings, found: ConnectorSettings): string[] {
  const names = new Set([...Object.keys(wanted), ...Object.keys(found)])
  names.delete('name')
  return [...names].filter((name) => wanted[name] !== found[name])
}
