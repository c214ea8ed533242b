import { Kafka as Client, type KafkaConfig, logLevel } from 'kafkajs'

export interface KafkaOptions {
  readonly brokers: readonly string[]
  readonly ssl?: KafkaConfig['ssl']
  readonly sasl?: KafkaConfig['sasl']
  readonly clientId: string
}

export function createClient({ brokers, ssl, sasl, clientId }: KafkaOptions): Client {
  return new Client({
    clientId,
    brokers: [...brokers],
    ...(ssl && { ssl }),
    ...(sasl && { sasl }),
    connectionTimeout: 2000,
    requestTimeout: 10_000,
    // Whoever uses it starts anew by itself; what is tried again for long in here nobody sees.
    retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 1000 },
    logLevel: logLevel.NOTHING,
  })
}
