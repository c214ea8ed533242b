import { displayName, type Queryable } from '@strangler/core'
import type pg from 'pg'
import { keyOf, type TableChange } from '../apply/batch.ts'
import { CdcError } from '../errors.ts'
import type { Translation } from '../translate/translation.ts'
import type { Refused } from './refusal.ts'

/** A change to be parked; without a refusal it waits behind another one. */
export interface NewLetter {
  readonly change: TableChange
  readonly refused: Refused | undefined
}

export interface Origin {
  readonly stream: string
  readonly slice: string
  readonly epoch: number
  /** The changes stand in the log behind this place. */
  readonly place: string
}

const lettersPerStatement = 1000

/** All keys that a change is about: both of a change of the key. */
export function keysOf(change: TableChange): (readonly string[])[] {
  if (change.kind === 'delete') return [change.key]
  const key = keyOf(change.table, change.row)
  return change.kind === 'rekey' ? [change.oldKey, key] : [key]
}

/** Writes letters, with ids in the order of the changes. */
export async function insertLetters(
  client: pg.ClientBase,
  { stream, slice, epoch, place }: Origin,
  letters: readonly NewLetter[],
): Promise<void> {
  for (let at = 0; at < letters.length; at += lettersPerStatement) {
    const part = letters.slice(at, at + lettersPerStatement)
    await client.query(
      `insert into strangler.dead_letter (stream, slice, epoch, place, source_table, target_table, kind, key, new_key,
         row, reason, sqlstate, message, constraint_name, xid)
       select $1, $2, $3, $4, l.source, l.target, l.kind, l.key, l.new_key, l.row, l.reason, l.sqlstate, l.message,
         l.constraint_name, l.xid
       from json_to_recordset($5) as l (at int, source text, target text, kind text, key text[], new_key text[],
         row json, reason text, sqlstate text, message text, constraint_name text, xid bigint)
       order by l.at`,
      [stream, slice, epoch, place, JSON.stringify(part.map(recordOf))],
    )
  }
}

function recordOf({ change, refused }: NewLetter, at: number): object {
  const { table, kind, xid } = change
  const [key, newKey = null] = keysOf(change)
  return {
    at,
    source: displayName(table.source),
    target: displayName(table.target),
    kind,
    key,
    new_key: newKey,
    // What is undefined is left out: it was not logged, because it had not changed.
    row:
      change.kind === 'delete'
        ? null
        : Object.fromEntries(table.inputs.map(({ name }, input) => [name, change.row[input]])),
    reason: refused ? 'refused' : 'behind',
    sqlstate: refused?.sqlstate ?? null,
    message: refused?.message ?? null,
    constraint_name: refused?.constraint ?? null,
    xid: xid ?? null,
  }
}

export interface WaitingKeys {
  readonly table: string
  readonly key: readonly string[]
  readonly newKey: readonly string[] | null
}

/** The keys of a stream's letters that wait, a row a letter. */
export async function readWaitingKeys(
  client: pg.ClientBase,
  stream: string,
): Promise<WaitingKeys[]> {
  const { rows } = await client.query<WaitingKeys>(
    `select source_table as table, key, new_key as "newKey" from strangler.dead_letter
     where stream = $1 and discarded_at is null`,
    [stream],
  )
  return rows
}

/** Gives letters up: those with these ids, or of these tables. Resolves to how many there were. */
export async function discardLetters(
  client: pg.ClientBase,
  stream: string,
  which: { readonly ids: readonly number[] } | { readonly tables: readonly Translation[] },
  why: string,
): Promise<number> {
  const [condition, values] =
    'ids' in which
      ? ['id = any($3::bigint[])', which.ids]
      : ['source_table = any($3)', which.tables.map(({ source }) => displayName(source))]
  const { rowCount } = await client.query(
    `update strangler.dead_letter set discarded_at = clock_timestamp(), discarded_why = $2
     where stream = $1 and discarded_at is null and ${condition}`,
    [stream, why, values],
  )
  return rowCount ?? 0
}

export async function deleteLetters(client: pg.ClientBase, ids: readonly number[]): Promise<void> {
  await client.query('delete from strangler.dead_letter where id = any($1::bigint[])', [ids])
}

/** Removes all of a stream's letters, discarded ones too: its rows will be copied anew. */
export async function forgetLetters(database: Queryable, stream: string): Promise<void> {
  await database
    .query('delete from strangler.dead_letter where stream = $1', [stream])
    .catch((error: unknown) => {
      if ((error as { code?: string }).code !== '42P01') throw error // There never were any.
    })
}

/** Notes that letters were replayed in vain, and what the first one of them that was refused met now. */
export async function noteAttempt(
  client: pg.ClientBase,
  ids: readonly number[],
  refusedId: number,
  { sqlstate, message, constraint }: Refused,
): Promise<void> {
  await client.query(
    `update strangler.dead_letter set attempts = attempts + 1,
       reason = case when id = $2 then 'refused' else reason end,
       sqlstate = case when id = $2 then $3 else sqlstate end,
       message = case when id = $2 then $4 else message end,
       constraint_name = case when id = $2 then $5 else constraint_name end
     where id = any($1::bigint[])`,
    [ids, refusedId, sqlstate, message, constraint],
  )
}

/** So many changes are refused that it is no matter of single rows. */
export function tooMany(stream: string, what: string, example: Refused): CdcError {
  const { sqlstate, message, constraint } = example
  const code = [sqlstate && `SQLSTATE ${sqlstate}`, constraint && `constraint ${constraint}`]
  const shown = code.filter(Boolean).join('; ')
  const text = `The stream ${stream} cannot apply changes: ${what}. That is no matter of single rows, so none of these was parked. One of them: ${message}${shown ? ` (${shown})` : ''}. Correct the target's table or the rows at their source; the stream then goes on by itself.`
  return new CdcError('TOO_MANY_REFUSED', text, { sqlstate, constraint })
}
