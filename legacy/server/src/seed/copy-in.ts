import { once } from 'node:events'
import type { Writable } from 'node:stream'
import type pg from 'pg'

/** What pg offers for COPY and its types do not tell. */
interface CopyConnection {
  readonly stream: Writable
  query(sql: string): void
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
  sendCopyFail(message: string): void
}

/** Sends text only as fast as the server takes it, so that none piles up in memory. */
class CopyIn implements pg.Submittable {
  readonly #done = Promise.withResolvers<void>()
  readonly #sql: string
  readonly #chunks: Iterable<string>
  #cause: unknown
  #hasFailed = false

  constructor(sql: string, chunks: Iterable<string>) {
    this.#sql = sql
    this.#chunks = chunks
  }

  get done(): Promise<void> {
    return this.#done.promise
  }

  submit(connection: unknown): void {
    ;(connection as CopyConnection).query(this.#sql)
  }

  handleCopyInResponse(connection: unknown): void {
    void this.#send(connection as CopyConnection)
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#done.resolve()
  }

  handleError(error: Error): void {
    this.#hasFailed = true
    this.#done.reject(this.#cause ?? error)
  }

  async #send(to: CopyConnection): Promise<void> {
    try {
      for (const chunk of this.#chunks) {
        // After a refusal the server takes other statements; rows would only be ignored.
        if (this.#hasFailed) return
        to.sendCopyFromChunk(Buffer.from(chunk))
        if (to.stream.writableNeedDrain) await once(to.stream, 'drain')
      }
      to.endCopyFrom()
    } catch (error) {
      // Its answer is an error, with which the statement ends.
      this.#cause = error
      to.sendCopyFail('no more rows could be made')
    }
  }
}

/**
 * Carries out a `copy ... from stdin` with rows in its text format.
 *
 * @throws what the server refused, or what was thrown while chunks were made; the statement then changed nothing
 * @see https://www.postgresql.org/docs/17/protocol-flow.html#PROTOCOL-COPY
 */
export async function copyIn(
  client: pg.ClientBase,
  sql: string,
  chunks: Iterable<string>,
): Promise<void> {
  const copy = new CopyIn(sql, chunks)
  client.query(copy)
  await copy.done
}
