import { inTransaction } from '../db/transaction.ts'
import { oneOf } from '../http/checks.ts'
import { isoDay } from '../http/dates.ts'
import { notFound } from '../http/errors.ts'
import { readFields } from '../http/fields.ts'
import { uuidParam } from '../http/params.ts'
import type { App, Call, User } from '../http/route.ts'
import { toCsv } from './files/csv.ts'
import { toPdf } from './files/pdf.ts'
import { toXlsx } from './files/xlsx.ts'
import { ordered, type Period } from './period.ts'
import { revenueOf, revenueTable } from './revenue.ts'
import type { Table } from './table.ts'
import { usageOf, usageTable } from './usage.ts'
import { dueOf, dueTable } from './vaccinations-due.ts'

type Make = (app: App, user: User, period: Period) => Promise<Table>

const reports = {
  revenue: async ({ pool }, user, period) => revenueTable(await revenueOf(pool, user, period)),
  usage: async ({ pool }, user, period) => usageTable(await usageOf(pool, user, period)),
  'vaccinations-due': async ({ pool }, user, { to }) => dueTable(await dueOf(pool, user, to)),
} satisfies Record<string, Make>

const formats = {
  csv: { type: 'text/csv; charset=utf-8', write: async (table: Table) => toCsv(table) },
  xlsx: {
    type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    write: toXlsx,
  },
  pdf: {
    type: 'application/pdf',
    write: (table: Table, { from, to }: Period) => toPdf(table, `${from} – ${to}`),
  },
}

const columns = `id, report, format, lower(period) as "from", upper(period) - 1 as "to",
  octet_length(content) as size, made_by as "madeBy", created_at as "createdAt"`

const fields = {
  report: oneOf(['revenue', 'usage', 'vaccinations-due'] as const),
  format: oneOf(['csv', 'xlsx', 'pdf'] as const),
  from: isoDay,
  to: isoDay,
}

/** Writes the file while the caller waits. */
export async function makeExport({ req, res, user, app }: Call): Promise<void> {
  const { report, format, ...days } = readFields(req.body, fields)
  const period = ordered(days)
  const table = await reports[report](app, user, period)
  const content = await formats[format].write(table, period)
  const made = await inTransaction(app.pool, user.email, async (tx) => {
    const { rows } = await tx.query<{ id: string }>(
      `insert into report_exports (clinic_id, made_by, report, format, period, content)
       values ($1, $2, $3, $4, daterange($5, $6, '[]'), $7) returning ${columns}`,
      [user.clinicId, user.id, report, format, period.from, period.to, content],
    )
    return rows[0]!
  })
  res.status(201).location(`/api/reports/exports/${made.id}`).json(made)
}

/** All there ever were, newest first. */
export async function listExports({ res, user, app }: Call): Promise<void> {
  const { rows } = await app.pool.query(
    `select ${columns} from report_exports where clinic_id = $1 order by created_at desc, id`,
    [user.clinicId],
  )
  res.json(rows)
}

interface Stored {
  readonly report: string
  readonly format: keyof typeof formats
  readonly to: string
  readonly content: Buffer
}

export async function downloadExport({ req, res, user, app }: Call): Promise<void> {
  const { rows } = await app.pool.query<Stored>(
    `select report, format, upper(period) - 1 as "to", content from report_exports
     where id = $1 and clinic_id = $2`,
    [uuidParam(req, 'id'), user.clinicId],
  )
  const stored = rows[0]
  if (!stored) throw notFound('export')
  res.attachment(`${stored.report}-${stored.to}.${stored.format}`)
  res.set({ 'Cache-Control': 'private, no-cache', 'X-Content-Type-Options': 'nosniff' })
  res.setHeader('Content-Type', formats[stored.format].type)
  res.send(stored.content)
}
