import { digits, matching, oneOf, optional, text } from '../http/checks.ts'
import { errorText } from '../http/errors.ts'
import { readFields } from '../http/fields.ts'
import { type Area, type Call, get } from '../http/route.ts'

export const audit: Area = {
  errors: errorText,
  routes: [get('/audit', ['admin'], [200, 400], listEntries)],
}

const watched = [
  'owners',
  'pets',
  'vaccinations',
  'appointments',
  'purchase_orders',
  'medical_records',
  'treatments',
]

const filters = {
  table: optional(oneOf(watched), null),
  key: optional(text(100), null),
  actor: optional(text(255), null),
  before: optional(matching(/^[1-9]\d{0,17}$/, 'the id of an entry'), null),
  limit: optional(digits(1, 200), 50),
}

/** Newest first, of all clinics. `before` continues behind the last entry that the client has. */
async function listEntries({ req, res, app }: Call): Promise<void> {
  const { table, key, actor, before, limit } = readFields(req.query, filters)
  const { rows } = await app.pool.query<{ id: string }>(
    `select id, to_char(at at time zone 'UTC', 'DD/MM/YYYY HH24:MI:SS') as at, actor,
       table_name as table, row_key as key, action, change
     from audit_log
     where ($1::text is null or table_name = $1) and ($2::text is null or row_key = $2)
       and ($3::text is null or actor = $3) and ($4::bigint is null or id < $4)
     order by id desc limit $5`,
    [table, key, actor, before, limit + 1],
  )
  res.json({ entries: rows.slice(0, limit), more: rows.length > limit })
}
