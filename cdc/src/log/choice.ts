import { readFileSync } from 'node:fs'
import { CoreError, isEnvReference, type Plan, resolve, type Setting } from '@strangler/core'
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
  { streams, file: plan }: Plan,
  environment: Environment,
  clientId: string,
): { readonly kind: 'pgoutput' } | KafkaChoice {
  const kind = isEnvReference(streams.log)
    ? (environment[streams.log.env] ?? 'pgoutput')
    : streams.log
  if (kind === 'pgoutput') return { kind }
  const from = isEnvReference(streams.log) ? streams.log.env : `streams.log of ${plan}`
  if (kind !== 'debezium') {
    throw wrong(`${from} is "${kind}"; it can be pgoutput or debezium.`)
  }
  const { kafka } = streams
  if (!kafka) {
    throw wrong(
      `${from} is debezium, and ${plan} does not say where Kafka is; for example streams: { kafka: { brokers: env('KAFKA_BROKERS'), connect: env('CONNECT_URL') } }`,
    )
  }
  const value = (setting: Setting, purpose: string) => resolve(setting, purpose, environment)
  const file = (setting: Setting, purpose: string) => {
    const path = value(setting, purpose)
    try {
      return readFileSync(path, 'utf8')
    } catch (cause) {
      const from = isEnvReference(setting) ? setting.env : `streams.kafka.tls of ${plan}`
      throw wrong(`${from} names a file with ${purpose}: ${(cause as Error).message}.`)
    }
  }
  const { tls, sasl } = kafka
  return {
    kind,
    options: {
      clientId,
      brokers: value(kafka.brokers, "the addresses of Kafka's brokers").split(','),
      ssl: typeof tls === 'object' ? readTls(tls, file) : tls,
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

type TlsFiles = Exclude<NonNullable<Plan['streams']['kafka']>['tls'], boolean>

function readTls({ ca, cert, key }: TlsFiles, read: (setting: Setting, purpose: string) => string) {
  return {
    ...(ca !== undefined && { ca: [read(ca, "the certificate of Kafka's authority")] }),
    ...(cert !== undefined && { cert: read(cert, "the worker's certificate for Kafka") }),
    ...(key !== undefined && { key: read(key, "the key of the worker's certificate for Kafka") }),
  }
}

function wrong(message: string): CoreError {
  return new CoreError('WRONG_SETTING', message)
}
