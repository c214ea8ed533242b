import pg from 'pg'
import type { Ledger, LedgerRow } from './ledger.ts'

export interface Refused {
  readonly code: string
  readonly message: string
}

/** Somebody who writes straight into the monolith's database, as a script that was forgotten does. */
export class Outsider implements AsyncDisposable {
  readonly refused: Refused[] = []
  accepted = 0
  readonly #client: pg.Client
  readonly #ledger: Ledger
  #row: LedgerRow | undefined
  #count = 0

  private constructor(client: pg.Client, ledger: Ledger) {
    this.#client = client
    this.#ledger = ledger
  }

  /** @param url of the application's own role. */
  static async connect(url: string, ledger: Ledger): Promise<Outsider> {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    return new Outsider(client, ledger)
  }

  /** Writes once; what is accepted is in the ledger. @returns how it was refused, if it was. */
  async write(): Promise<Refused | undefined> {
    this.#count += 1
    const notes = `load outsider note ${this.#count}`
    try {
      if (this.#row) {
        const sql = 'update owners set notes = $2 where full_name = $1'
        await this.#client.query(sql, [this.#row.tag, notes])
        this.#ledger.set(this.#row, { notes }, true)
      } else {
        const tag = 'load outsider owner'
        const sql = 'insert into owners (clinic_id, full_name, notes) values (1, $1, $2)'
        await this.#client.query(sql, [tag, notes])
        this.#row = this.#ledger.add('owners', tag, '', { notes, phone: null })
      }
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error
      const { code = '', message } = error
      this.refused.push({ code, message })
      return { code, message }
    }
    this.accepted += 1
    this.#ledger.stamps.add(notes)
    this.#ledger.acknowledged += 1
    return undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.end()
  }
}
