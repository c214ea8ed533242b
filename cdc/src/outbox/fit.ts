import { displayName, readCatalogTable } from '@strangler/core'
import type { OutboxSource } from './outboxes.ts'

const texts = /^(text|character varying|character|citext)\b/

/** What must be so of an outbox's table before it is captured; every reason at once. */
export async function reasonsAgainstOutbox({ outbox, database }: OutboxSource): Promise<string[]> {
  const { table: name, columns, service } = outbox
  const table = await readCatalogTable(database.coordinator, name)
  const what = `the outbox ${displayName(name)} of ${service}`
  if (!table) return [`${database.name}: ${what} is not there; its service's migrations make it`]
  const reasons: string[] = []
  if (table.persistence !== 'p') reasons.push(`${what} is not logged; make it an ordinary table`)
  const need = (column: string, types: RegExp, like: string, mayBeNull = false) => {
    const found = table.columns.find((one) => one.name === column)
    if (!found) reasons.push(`${what} has no column "${column}"; it should be ${like}`)
    else if (!types.test(found.type)) {
      reasons.push(`the column "${column}" of ${what} is of type ${found.type}, not ${like}`)
    } else if (found.nullable && !mayBeNull) {
      reasons.push(`the column "${column}" of ${what} may be NULL; alter it to NOT NULL`)
    }
  }
  need(columns.id, /^uuid$/, 'uuid')
  need(columns.aggregateType, texts, 'text')
  need(columns.aggregateId, texts, 'text')
  need(columns.type, texts, 'text')
  need(columns.payload, /^jsonb?$/, 'jsonb', true)
  if (table.key.length === 0) reasons.push(`${what} has no primary key; make "${columns.id}" it`)
  return reasons.map((reason) => `${database.name}: ${reason}`)
}
