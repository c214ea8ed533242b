import { readFileSync } from 'node:fs'
import { CoreError, isEnvReference, type Plan, resolve } from '@strangler/core'
import type { KafkaOptions } from './debezium/client.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What a plan says of Kafka, with what it takes from the environment filled in. */
export interface KafkaChoice {
  readonly kind: 'debezium'
  readonly options: KafkaOptions
  readonly prefix: string
  readonly replicationFactor: number
  /** The address of Kafka Connect; who only reads topics need not know it. */
  connectUrl(): string
}

/**
 * Which log a plan asks for.
 *
 * @throws CoreError WRONG_SETTING, MISSING_SETTING
 */
export function chooseLog(
  { streams, file }: Plan,
  environment: Environment,
  clientId: string,
): { readonly kind: 'pgoutput' } | KafkaChoice {
  const kind = isEnvReference(streams.log)
    ? (environment[streams.log.env] ?? 'pgoutput')
    : streams.log
  if (kind === 'pgoutput') return { kind }
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
  return {
    kind,
    options: {
      clientId,
      brokers: value(kafka.brokers, "the addresses of Kafka's brokers").split(','),
      ssl: ca === undefined ? tls === true : { ca: [readFileSync(ca, 'utf8')] },
      ...(sasl && {
        sasl: {
          mechanism: sasl.mechanism,
          username: value(sasl.username, "Kafka's user"),
          password: value(sasl.password, "the password of Kafka's user"),
        } as NonNullable<KafkaOptions['sasl']>,
      }),
    },
    prefix: kafka.prefix,
    replicationFactor: kafka.replicationFactor,
    connectUrl: () => value(kafka.connect, 'the address of Kafka Connect'),
  }
}

function wrong(message: string): CoreError {
  return new CoreError('WRONG_SETTING', message)
}
