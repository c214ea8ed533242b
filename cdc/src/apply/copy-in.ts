import type pg from 'pg'
import type { Value } from '../log/log.ts'

/** What pg offers for COPY and its types do not tell. */
interface CopyConnection {
  query(sql: string): void
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
}

/**
 * Sends rows by a `copy ... from stdin`. They go out with the statement, without waiting until the server asks
 * for them: one that refuses the statement ignores what comes after it.
 *
 * @see https://www.postgresql.org/docs/17/protocol-flow.html#PROTOCOL-COPY
 */
class CopyIn implements pg.Submittable {
  readonly #done = Promise.withResolvers<void>()
  readonly #sql: string
  readonly #rows: Buffer

  constructor(sql: string, rows: Buffer) {
    this.#sql = sql
    this.#rows = rows
  }

  get done(): Promise<void> {
    return this.#done.promise
  }

  submit(connection: unknown): void {
    const to = connection as CopyConnection
    to.query(this.#sql)
    to.sendCopyFromChunk(this.#rows)
    to.endCopyFrom()
  }

  handleCopyInResponse(): void {}

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#done.resolve()
  }

  handleError(error: Error): void {
    this.#done.reject(error)
  }
}

/** Carries out a `copy ... from stdin` with rows in its text format. */
export async function copyIn(client: pg.ClientBase, sql: string, rows: Buffer): Promise<void> {
  const copy = new CopyIn(sql, rows)
  client.query(copy)
  await copy.done
}

const special = /[\\\t\n\r]/
const specials = /[\\\t\n\r]/g
const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
}

/**
 * Rows in the text format of COPY.
 *
 * @param takes which of a row's values, in order.
 * @see https://www.postgresql.org/docs/17/sql-copy.html#SQL-COPY-FILE-FORMATS
 */
export function copyText(rows: readonly (readonly Value[])[], takes: readonly number[]): string {
  let text = ''
  for (const row of rows) {
    for (let at = 0; at < takes.length; at++) {
      if (at > 0) text += '\t'
      const value = row[takes[at]!]
      if (value === null || value === undefined) text += '\\N'
      else text += special.test(value) ? value.replace(specials, (char) => escapes[char]!) : value
    }
    text += '\n'
  }
  return text
}
