import type { Plan } from '@strangler/core'
import { createDebeziumOutboxes } from '../outbox/debezium.ts'
import type { Outboxes } from '../outbox/outboxes.ts'
import { pgoutputOutboxes } from '../outbox/pgoutput.ts'
import { chooseLog } from './choice.ts'
import { createConnect } from './debezium/connect.ts'
import { createKafka } from './debezium/kafka.ts'
import { createDebeziumLogs } from './debezium/logs.ts'
import type { ChangeLogs } from './logs.ts'
import { pgoutputLogs } from './pgoutput/logs.ts'

/** What streams and outboxes are captured by. */
export interface Captures extends AsyncDisposable {
  readonly logs: ChangeLogs
  readonly outboxes: Outboxes
}

/**
 * The kind of log that a plan asks for; connects to nothing yet.
 *
 * @throws CoreError WRONG_SETTING, MISSING_SETTING
 */
export function createCaptures(
  plan: Plan,
  environment: Readonly<Record<string, string | undefined>>,
  worker: string,
  log: { warn(fields: object, message: string): void },
): Captures {
  const choice = chooseLog(plan, environment, `strangler-${worker}`)
  if (choice.kind === 'pgoutput') {
    return {
      logs: pgoutputLogs,
      outboxes: pgoutputOutboxes,
      [Symbol.asyncDispose]: async () => {},
    }
  }
  const { prefix, replicationFactor } = choice
  const kafka = createKafka(choice.options)
  const connect = createConnect(choice.connectUrl())
  const parts = { kafka, connect, prefix, replicationFactor, log }
  return {
    logs: createDebeziumLogs(parts),
    outboxes: createDebeziumOutboxes(parts),
    [Symbol.asyncDispose]: () => kafka[Symbol.asyncDispose](),
  }
}
