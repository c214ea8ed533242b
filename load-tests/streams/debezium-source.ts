import type { Round } from './contender.ts'

export const sourceTopic = 'bench.public.rows'

/** Debezium as it reads the benchmark's table into one topic, tuned for low waits. */
export function debeziumSource(
  { servers, source }: Round,
  settings: Readonly<Record<string, string>>,
): Record<string, string> {
  const { hostname, port, username, password } = new URL(servers.source.url(source.name))
  return {
    'connector.class': 'io.debezium.connector.postgresql.PostgresConnector',
    'plugin.name': 'pgoutput',
    'database.hostname': hostname,
    'database.port': port,
    'database.user': username,
    'database.password': password,
    'database.dbname': source.name,
    'topic.prefix': 'bench',
    'table.include.list': 'public.rows',
    'slot.name': `bench_${source.name}`,
    'publication.name': `bench_${source.name}`,
    'publication.autocreate.mode': 'filtered',
    'tombstones.on.delete': 'false',
    // As ours: the default of 500 ms is what every row would wait for half of.
    'poll.interval.ms': '20',
    // More at a time than the default of 2048: a burst is what is measured.
    'max.batch.size': '8192',
    'max.queue.size': '32768',
    // Few large requests to Kafka instead of many small ones; 5 ms is all that a row waits for it.
    'producer.override.linger.ms': '5',
    'producer.override.batch.size': '524288',
    'topic.creation.default.partitions': '1',
    'topic.creation.default.replication.factor': '1',
    ...settings,
  }
}

/** How a connector brings schemas along in every message, which the JDBC sink cannot do without. */
export const withSchemas = {
  'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
  'key.converter.schemas.enable': 'true',
  'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
  'value.converter.schemas.enable': 'true',
}
