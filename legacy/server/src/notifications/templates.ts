import type { Queryable } from '../db/transaction.ts'
import { inTransaction } from '../db/transaction.ts'
import { matching, text } from '../http/checks.ts'
import { notFound } from '../http/errors.ts'
import { readFields } from '../http/fields.ts'
import { param } from '../http/params.ts'
import type { Call } from '../http/route.ts'

export interface Template {
  readonly key: string
  readonly subject: string
  readonly body: string
}

const columns = 'key, subject, body, updated_at as "updatedAt"'

/** `{{word}}` becomes what the data holds under it, or nothing. */
export function fill(template: string, data: Readonly<Record<string, unknown>>): string {
  return template.replaceAll(/\{\{(\w+)\}\}/g, (_, word: string) => {
    const value = Object.hasOwn(data, word) ? data[word] : undefined
    return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  })
}

export async function templateOf(db: Queryable, key: string): Promise<Template | undefined> {
  const { rows } = await db.query<Template>(
    'select key, subject, body from notification_templates where key = $1',
    [key],
  )
  return rows[0]
}

export async function listTemplates({ res, app }: Call): Promise<void> {
  const { rows } = await app.pool.query(
    `select ${columns} from notification_templates order by key collate "C"`,
  )
  res.json({ templates: rows })
}

const fields = {
  key: matching(/^[a-z][a-z0-9-]{0,59}$/, 'a name like appointment-booked'),
  subject: text(200),
  body: text(10_000),
}

/** The same for all clinics. */
export async function putTemplate({ req, res, user, app }: Call): Promise<void> {
  const { subject, body, key } = readFields({ ...bodyOf(req.body), key: param(req, 'key') }, fields)
  const { isNew, template } = await inTransaction(app.pool, user.email, async (tx) => {
    const { rows } = await tx.query<{ is_new: boolean }>(
      `insert into notification_templates (key, subject, body) values ($1, $2, $3)
       on conflict (key) do update set subject = excluded.subject, body = excluded.body
       returning xmax = 0 as is_new`,
      [key, subject, body],
    )
    const stored = await tx.query(`select ${columns} from notification_templates where key = $1`, [
      key,
    ])
    return { isNew: rows[0]!.is_new, template: stored.rows[0] }
  })
  res.status(isNew ? 201 : 200).json(template)
}

const bodyOf = (body: unknown) => (typeof body === 'object' ? body : {})

export async function removeTemplate({ req, res, user, app }: Call): Promise<void> {
  const { rowCount } = await inTransaction(app.pool, user.email, (tx) =>
    tx.query('delete from notification_templates where key = $1', [param(req, 'key')]),
  )
  if (rowCount === 0) throw notFound('template')
  res.status(204).end()
}
