import { env, type KafkaInput, readPlan, table } from '@strangler/core'
import { expect, test } from 'vitest'
import { chooseLog } from '../../src/log/choice.ts'
import { planOf } from '../plan.ts'

/** Chooses the log of a plan that says so of Kafka. */
function choose(kafka: Partial<KafkaInput>, environment: Readonly<Record<string, string>> = {}) {
  const streams = {
    log: 'debezium',
    kafka: { brokers: '127.0.0.1:1', connect: 'http://127.0.0.1:1', ...kafka },
  } as const
  const plan = readPlan({ ...planOf('pets', [table('pets')]), streams }, 'test.plan.ts')
  return chooseLog(plan, environment, 'one')
}

test('a file for TLS that cannot be read is named, with the variable and what it is for', () => {
  const tls = { ca: env('KAFKA_CA_FILE') }
  expect(() => choose({ tls }, { KAFKA_CA_FILE: '/nowhere/ca.pem' })).toThrow(
    /^KAFKA_CA_FILE names a file with the certificate of Kafka's authority: ENOENT.*'\/nowhere\/ca\.pem'\.$/,
  )
})

test('a file for TLS that the plan itself names wrongly is told as the plan’s', () => {
  expect(() => choose({ tls: { ca: '/nowhere/ca.pem' } })).toThrow(
    /^streams\.kafka\.tls of test\.plan\.ts names a file/,
  )
})

test('a password that is not set is named, with what it is for', () => {
  const sasl = { mechanism: 'plain', username: 'worker', password: env('KAFKA_PASSWORD') } as const
  expect(() => choose({ sasl })).toThrow(
    "KAFKA_PASSWORD is not set. The plan takes the password of Kafka's user from it.",
  )
})
