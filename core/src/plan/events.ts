import { readTable } from './check.ts'
import type { Outbox } from './plan.ts'
import type { ParsedPlan } from './schema.ts'

type Report = (path: string, message: string) => void

const plain = /^[a-z_][a-z0-9_]*$/

/** Reads the services' outboxes. What cannot be one, for Postgres, Kafka or Debezium, is reported. */
export function readOutboxes(plan: ParsedPlan, report: Report): Map<string, Outbox> {
  const outboxes = new Map<string, Outbox>()
  for (const [service, { outbox, database }] of Object.entries(plan.services)) {
    if (!outbox) continue
    const path = `services.${service}.outbox`
    if (!/^[a-z][a-z0-9_]{0,30}$/.test(service)) {
      report(
        path,
        `the name of a service with an outbox becomes part of a slot's: small letters, digits and "_", 31 at most, which "${service}" is not`,
      )
    }
    const table = readTable(outbox.table, database.schema, `${path}.table`, report)
    const names = { ...outbox.columns, schema: table.schema, table: table.name }
    for (const [what, name] of Object.entries(names)) {
      if (plain.test(name)) continue
      const place = what in outbox.columns ? `columns.${what}` : 'table'
      report(`${path}.${place}`, `"${name}" has to be of small letters, digits and "_"`)
    }
    const columns = Object.values(outbox.columns)
    if (new Set(columns).size < columns.length) {
      report(`${path}.columns`, 'two of them are the same column')
    }
    const { columns: named, subscriber, partitions, keepDays } = outbox
    outboxes.set(service, { service, table, columns: named, subscriber, partitions, keepDays })
  }
  return outboxes
}

/** A consumer reads an outbox that is there, and remembers in a database that is there. */
export function checkConsumers(plan: ParsedPlan, report: Report): void {
  for (const [name, consumer] of Object.entries(plan.consumers)) {
    const path = `consumers.${name}`
    const { of, at, retry, rememberDays } = consumer
    if (plan.slices[name] || plan.planned[name]) {
      report(path, `there is a slice "${name}" too, and dead letters are found by these names`)
    }
    for (const [what, service] of Object.entries({ of, at })) {
      if (plan.services[service]) continue
      const known = Object.keys(plan.services).join(', ') || 'none'
      report(`${path}.${what}`, `there is no service "${service}"; known: ${known}`)
    }
    if (retry.longestMs < retry.firstMs) {
      report(`${path}.retry`, 'longestMs is less than firstMs')
    }
    const source = plan.services[of]
    if (!source) continue
    const { outbox } = source
    if (!outbox) {
      report(`${path}.of`, `the service "${of}" has no outbox`)
      continue
    }
    if (rememberDays <= outbox.keepDays) {
      report(
        `${path}.rememberDays`,
        `what the topic keeps for ${outbox.keepDays} days may come again, so it has to be remembered for longer`,
      )
    }
    if (!outbox.subscriber && plan.streams.log !== 'debezium') {
      report(
        `services.${of}.outbox.subscriber`,
        `consumer "${name}" reads Postgres itself with this role, unless streams.log is 'debezium'`,
      )
    }
  }
}
