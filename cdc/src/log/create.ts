import { readFileSync } from 'node:fs'
import { CoreError, isEnvReference, type Plan, resolve } from '@strangler/core'
import { createConnect } from './debezium/connect.ts'
import { createKafka } from './debezium/kafka.ts'
import { createDebeziumLogs } from './debezium/logs.ts'
import type { ChangeLogs } from './logs.ts'
import { pgoutputLogs } from './pgoutput/logs.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The kind of log that a plan asks for; connects to nothing yet.
 *
 * @throws CoreError WRONG_SETTING, MISSING_SETTING
 */
export function createChangeLogs(
  { streams, file }: Plan,
  environment: Environment,
  worker: string,
  log: { warn(fields: object, message: string): void },
): ChangeLogs {
  const kind = isEnvReference(streams.log)
    ? (environment[streams.log.env] ?? 'pgoutput')
    : streams.log
  if (kind === 'pgoutput') return pgoutputLogs
  const from = isEnvReference(streams.log) ? streams.log.env : `streams.log of ${file}`
  if (kind !== 'debezium') {
    throw wrong(`${from} is "${kind}"; it can be pgoutput or debezium.`)
  }
  const { kafka } = streams
  if (!kafka) {
    throw wrong(
      `${from} is debezium, and ${file} does not say where Kafka is; for example streams: { kafka: { brokers: env('KAFKA_BROKERS'), connect: env('CONNECT_URL') } }`,
    )
  }
  const value = (setting: Parameters<typeof resolve>[0], purpose: string) =>
    resolve(setting, purpose, environment)
  const { tls, sasl } = kafka
  const ca =
    typeof tls === 'object' ? value(tls.ca, "the certificate of Kafka's authority") : undefined
  return createDebeziumLogs({
    kafka: createKafka({
      clientId: `strangler-${worker}`,
      brokers: value(kafka.brokers, "the addresses of Kafka's brokers").split(','),
      ssl: ca === undefined ? tls === true : { ca: [readFileSync(ca, 'utf8')] },
      ...(sasl && {
        sasl: {
          mechanism: sasl.mechanism,
          username: value(sasl.username, "Kafka's user"),
          password: value(sasl.password, "the password of Kafka's user"),
        } as NonNullable<Parameters<typeof createKafka>[0]['sasl']>,
      }),
    }),
    connect: createConnect(value(kafka.connect, 'the address of Kafka Connect')),
    prefix: kafka.prefix,
    replicationFactor: kafka.replicationFactor,
    log,
  })
}

function wrong(message: string): CoreError {
  return new CoreError('WRONG_SETTING', message)
}
