import type { Outbox } from '@strangler/core'
import type { RowChange } from '../log/log.ts'

/** Something that happened in a service, as its outbox tells it. */
export interface DomainEvent {
  /** A uuid, by which repeats are known. */
  readonly id: string
  readonly type: string
  readonly aggregateType: string
  /** Events of one aggregate are handled in their order. */
  readonly aggregateId: string
  /** What the payload's JSON says. Numbers that a double cannot hold lose digits here, and not in `text`. */
  readonly payload: unknown
  /** The payload as it stands in the outbox; null where that is NULL. */
  readonly text: string | null
}

export function eventOf(parts: Omit<DomainEvent, 'payload'>): DomainEvent {
  return { ...parts, payload: parts.text === null ? null : (JSON.parse(parts.text) as unknown) }
}

/** The event that a row of an outbox is. */
export function eventOfRow(
  { columns }: Outbox,
  { relation, row }: Extract<RowChange, { kind: 'insert' }>,
): DomainEvent {
  const value = (column: string) => row[relation.columns.indexOf(column)] ?? null
  return eventOf({
    id: value(columns.id)!,
    type: value(columns.type)!,
    aggregateType: value(columns.aggregateType)!,
    aggregateId: value(columns.aggregateId)!,
    text: value(columns.payload),
  })
}
