import type { TableName } from '@strangler/core'
import type { Message } from './kafka.ts'

/** One row's columns, as the converter brings them: text, or null. */
export type EnvelopeRow = Readonly<Record<string, string | null>>

interface Ordered {
  /** The source's transaction. */
  readonly xid: number
  /** Its place among the events of its transaction, from 1. */
  readonly order: number
  /** Where the transaction before it was committed; undefined when the connector did not know. */
  readonly previousCommit: bigint | undefined
}

/** What a message of a captured topic says. */
export type Event =
  | { readonly kind: 'begin'; readonly xid: number }
  | {
      readonly kind: 'end'
      readonly xid: number
      readonly committed: bigint
      readonly events: number
    }
  | (Ordered & {
      readonly kind: 'row'
      readonly operation: 'insert' | 'update' | 'delete'
      readonly table: TableName
      /** The names of the key's columns; undefined where the table has none. */
      readonly key: readonly string[] | undefined
      readonly before: EnvelopeRow | null
      readonly after: EnvelopeRow | null
      /** One half of a change of a row's key: its old row deleted, its new one created. */
      readonly half: boolean
    })
  | (Ordered & { readonly kind: 'truncate'; readonly table: TableName })
  /** A change that names no transaction, so that nobody can tell whether it is a repeat. */
  | { readonly kind: 'loose' }
  /** A message of an application's own: it counts, and says nothing. */
  | (Ordered & { readonly kind: 'other' })

interface Envelope {
  readonly status?: 'BEGIN' | 'END'
  readonly id?: string
  readonly event_count?: number
  readonly op?: string
  readonly before?: EnvelopeRow | null
  readonly after?: EnvelopeRow | null
  readonly source?: {
    readonly schema: string
    readonly table: string
    readonly txId: number
    readonly sequence: string
  }
  readonly transaction?: { readonly total_order: number } | null
}

const operations: Readonly<Record<string, 'insert' | 'update' | 'delete'>> = {
  c: 'insert',
  u: 'update',
  d: 'delete',
}

/** Reads a message; undefined for those that say nothing, such as the connector's own heartbeats. */
export function readMessage({ key, value, headers }: Message): Event | undefined {
  if (!value) return undefined
  const envelope = JSON.parse(value.toString()) as Envelope
  const { status, op, source } = envelope
  if (status !== undefined) return readBoundary(envelope)
  if (op === undefined || !source) return undefined
  if (!envelope.transaction) return op in operations || op === 't' ? { kind: 'loose' } : undefined
  const ordered = {
    xid: source.txId,
    order: envelope.transaction.total_order,
    previousCommit: committedBefore(source.sequence),
  }
  const table = { schema: source.schema, name: source.table }
  if (op === 't') return { ...ordered, kind: 'truncate', table }
  const operation = operations[op]
  if (!operation) return { ...ordered, kind: 'other' }
  return {
    ...ordered,
    kind: 'row',
    operation,
    table,
    key: key ? Object.keys(JSON.parse(key.toString()) as object) : undefined,
    before: envelope.before ?? null,
    after: envelope.after ?? null,
    half:
      headers?.['__debezium.newkey'] !== undefined || headers?.['__debezium.oldkey'] !== undefined,
  }
}

/** Both name the transaction and a place in the log, `747:26674096`; that of an END is where it was committed. */
function readBoundary({ status, id = '', event_count: events = 0 }: Envelope): Event {
  const [xid = '', lsn = '0'] = id.split(':')
  if (status === 'BEGIN') return { kind: 'begin', xid: Number(xid) }
  return { kind: 'end', xid: Number(xid), committed: BigInt(lsn), events }
}

/** The first of `["26674096","26674280"]`, or of `[null,"26674280"]`; the second is the event's own place. */
function committedBefore(sequence: string): bigint | undefined {
  return sequence.startsWith('["') ? BigInt(sequence.slice(2, sequence.indexOf('"', 2))) : undefined
}
