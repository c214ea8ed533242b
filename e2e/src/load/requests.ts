import type { Call, Client } from '../client.ts'
import type { Fields, Ledger, LedgerRow, Table, Value } from './ledger.ts'

export interface Failure {
  readonly route: string
  /** Undefined when there was no answer. */
  readonly status: number | undefined
  readonly message: string
}

export interface RequestOptions {
  readonly client: Client
  readonly ledger: Ledger
  /** Told of what was not answered with a success. */
  onFailure(failure: Failure): void
  onAnswer(ms: number): void
}

const stampFields = ['notes', 'stamp', 'batch']

/** Sends writes, and keeps in the ledger what came of them. */
export function createRequests({ client, ledger, onFailure, onAnswer }: RequestOptions) {
  /** What was answered, or undefined if it was no success: then nobody knows. */
  async function send(route: string, call?: Call): Promise<{ body: unknown } | undefined> {
    const since = performance.now()
    try {
      const { status, body } = await client.call(route, call)
      onAnswer(performance.now() - since)
      if (status < 300) return { body }
      onFailure({ route, status, message: JSON.stringify(body) })
    } catch (error) {
      const { message, cause } = error as Error
      onFailure({ route, status: undefined, message: `${message}: ${String(cause)}` })
    }
    return undefined
  }

  function count(isSure: boolean, ...changed: Fields[]): void {
    if (isSure) ledger.acknowledged += 1
    else ledger.unanswered += 1
    for (const fields of changed) {
      for (const name of stampFields) {
        const stamp = fields[name]
        if (typeof stamp === 'string') (isSure ? ledger.stamps : ledger.unsureStamps).add(stamp)
      }
    }
  }

  return {
    send,

    async insert(
      table: Table,
      tag: string,
      fields: Fields,
      [route, call]: readonly [string, Call],
      keyOf: (made: never) => string = ({ id }: { id: string | number }) => String(id),
    ): Promise<LedgerRow | undefined> {
      const answer = await send(route, call)
      const row = ledger.add(table, tag, answer ? keyOf(answer.body as never) : '', fields)
      if (!answer) row.is = 'unsure'
      count(answer !== undefined, fields)
      return answer && row
    },

    /** @returns whether it was acknowledged. */
    async change(
      changes: readonly (readonly [LedgerRow, Fields])[],
      route: string,
      call?: Call,
    ): Promise<boolean> {
      const isSure = (await send(route, call)) !== undefined
      // At the same time, for two rows may get each other's values.
      for (const [row, fields] of changes) ledger.set(row, fields, isSure)
      count(isSure, ...changes.map(([, fields]) => fields))
      return isSure
    },

    /** Changes a species' code; the pets of that species follow. */
    async recode(row: LedgerRow, from: Value, to: string, route: string): Promise<boolean> {
      const isSure = (await send(route, { json: { code: to } })) !== undefined
      ledger.set(row, { code: to }, isSure)
      ledger.follow('pets', 'species', from, to, isSure)
      count(isSure)
      return isSure
    },

    async remove(row: LedgerRow, route: string): Promise<void> {
      const isSure = (await send(route)) !== undefined
      row.is = isSure ? 'gone' : 'unsure'
      count(isSure)
    },
  }
}
