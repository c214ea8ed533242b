import type pg from 'pg'
import type { Ledger, LedgerRow, Table, Value } from '../load/ledger.ts'
import type { Sides } from './tables.ts'

type Found = Readonly<Record<string, Value>> & { readonly tag: string }

interface Queries {
  /** Selects the tag and the fields of everything that a load wrote. */
  readonly rows: Readonly<Record<Table, string>>
  /** Selects the stamp of every entry of the audit log. */
  readonly stamps: string
}

const statuses = `case status::text when 'given' then 'done' when 'awaited' then 'due' when 'late' then 'overdue' end`

const stamps = (table: string) => `select coalesce(
    change #>> '{notes,to}', change #>> '{attributes,to,stamp}', change #>> '{batch,to}',
    change ->> 'notes', change #>> '{attributes,stamp}', change ->> 'batch') as stamp
  from ${table} where action <> 'delete' and table_name in ('owners', 'pets', 'vaccinations')`

const legacy: Queries = {
  rows: {
    species: `select name as tag, code, breeds from species`,
    owners: `select full_name as tag, notes, phone from owners`,
    pets: `select name as tag, attributes ->> 'stamp' as stamp, microchip, species_code as species,
      attributes ->> 'color' as color, (deleted_at is not null)::text as deleted from pets`,
    vaccinations: `select vaccine as tag, batch, status::text, price::text from vaccinations`,
    attachments: `select filename as tag, md5(content) as digest from attachments`,
  },
  stamps: stamps('audit_log'),
}

const service: Queries = {
  rows: {
    species: `select label as tag, code, breeds from kinds`,
    owners: `select given_name || coalesce(' ' || family_name, '') as tag, notes, phone from guardians`,
    pets: `select display_name as tag, traits ->> 'stamp' as stamp, chip_number as microchip, kind_code as species,
      coat_color as color, (archived_at is not null)::text as deleted from animals`,
    vaccinations: `select vaccine as tag, lot as batch, ${statuses} as status, price::text from immunizations`,
    attachments: `select filename as tag, md5(body) as digest from documents`,
  },
  stamps: stamps('audit_entries'),
}

/** Everything acknowledged that is not in a database exactly once, and everything there that nobody wrote. */
export async function judgeLedger(ledger: Ledger, sides: Sides): Promise<string[]> {
  return [
    ...(await judge(ledger, sides.legacy, legacy)).map((problem) => `monolith: ${problem}`),
    ...(await judge(ledger, sides.patient, service)).map((problem) => `service: ${problem}`),
  ]
}

async function judge(ledger: Ledger, pool: pg.Pool, queries: Queries): Promise<string[]> {
  const problems: string[] = []
  for (const [table, sql] of Object.entries(queries.rows)) {
    const { rows } = await pool.query<Found>(`select * from (${sql}) r where tag like 'load %'`)
    const expected = ledger.rows.filter((row) => row.table === table)
    const byTag = Map.groupBy(rows, ({ tag }) => tag)
    for (const row of expected) problems.push(...judgeRow(row, byTag.get(row.tag) ?? []))
    const known = new Set(expected.map(({ tag }) => tag))
    const strangers = rows.filter(({ tag }) => !known.has(tag))
    problems.push(...strangers.map(({ tag }) => `${table}: nobody wrote "${tag}"`))
  }
  return [...problems, ...(await judgeStamps(ledger, pool, queries.stamps))]
}

function judgeRow({ table, tag, is, fields }: LedgerRow, found: readonly Found[]): string[] {
  const where = `${table} "${tag}"`
  const counts = { there: [1], gone: [0], unsure: [0, 1] }[is]
  if (!counts.includes(found.length))
    return [`${where} is there ${found.length} times, not ${counts.join(' or ')}`]
  return found.flatMap((row) =>
    [...fields].flatMap(([name, allowed]) => {
      const held = Array.isArray(row[name]) ? JSON.stringify(row[name]) : row[name]
      if (allowed.includes(held as Value)) return []
      return [`${where}: ${name} is ${held}, acknowledged was ${allowed.join(' or ')}`]
    }),
  )
}

/** Each write has left one entry in the audit log, not two, not none. */
async function judgeStamps(ledger: Ledger, pool: pg.Pool, sql: string): Promise<string[]> {
  const { rows } = await pool.query<{ stamp: string }>(
    `select * from (${sql}) s where stamp like 'load %'`,
  )
  const counts = new Map<string, number>()
  for (const { stamp } of rows) counts.set(stamp, (counts.get(stamp) ?? 0) + 1)
  const problems: string[] = []
  for (const stamp of ledger.stamps) {
    const count = counts.get(stamp) ?? 0
    if (count !== 1) problems.push(`the write of "${stamp}" is audited ${count} times`)
  }
  for (const [stamp, count] of counts) {
    if (ledger.stamps.has(stamp)) continue
    if (!ledger.unsureStamps.has(stamp)) problems.push(`nobody wrote "${stamp}", which is audited`)
    if (count !== 1) problems.push(`the write of "${stamp}" is audited ${count} times`)
  }
  return problems
}
