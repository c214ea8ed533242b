import type { Runner } from '../placed.ts'
import { connectRunner } from './connect.ts'
import { kafkaRunner } from './kafka.ts'
import { nodeRunner } from './node.ts'
import { postgresRunner } from './postgres.ts'
import { redisRunner } from './redis.ts'
import { unleashRunner } from './unleash.ts'

/** By the image, or the one that it is based on, without its tag. */
export const runners: Readonly<Record<string, Runner>> = {
  node: nodeRunner,
  postgres: postgresRunner,
  redis: redisRunner,
  'apache/kafka': kafkaRunner,
  'quay.io/debezium/connect': connectRunner,
  'unleashorg/unleash-server': unleashRunner,
}
