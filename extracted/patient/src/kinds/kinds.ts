import { assignments, insertion } from '../database/columns.ts'
import { containing } from '../database/containing.ts'
import { refusing } from '../database/sql-state.ts'
import { transact } from '../database/transaction.ts'
import { signedIn } from '../http/caller.ts'
import { segment } from '../http/keys.ts'
import { conflict, missing } from '../http/refusal.ts'
import { type Call, get, patch, post, remove, type Resource } from '../http/route.ts'
import { asMessageAndCode } from '../http/wording.ts'
import { fill, fillSent, optional } from '../reading/form.ts'
import { listOf } from '../reading/objects.ts'
import { text } from '../reading/texts.ts'

/** Kinds of animals; clients call them species. */
export const kinds: Resource = {
  wording: asMessageAndCode,
  routes: [
    get('/species', signedIn, list),
    post('/species', ['admin'], add),
    patch('/species/:code', ['admin'], change),
    remove('/species/:code', ['admin'], discard),
  ],
}

const shown = `code, label as name, breeds,
  to_char(created_at at time zone 'UTC', 'DD/MM/YYYY') as "createdOn"`

const form = {
  code: text(60),
  name: text(100),
  breeds: optional(listOf(text(100), 500), []),
}

const refuseTaken = refusing({
  kinds_pkey: conflict('SPECIES_EXISTS', 'There is a species of this code'),
})

async function list({ req, res, pool }: Call): Promise<void> {
  const { q } = fill({ q: optional(text(100, 'empty'), '') }, req.query)
  const { rows } = await pool.query(
    `select ${shown} from kinds where code ilike $1 or label ilike $1 order by code collate "C"`,
    [containing(q)],
  )
  res.json(rows)
}

async function add({ req, res, caller, pool }: Call): Promise<void> {
  const { code, name, breeds } = fill(form, req.body)
  const { sql, values } = insertion({ code, label: name, breeds })
  const { rows } = await transact(pool, caller.email, (tx) =>
    tx.query(`insert into kinds ${sql} returning ${shown}`, values).catch(refuseTaken),
  )
  res
    .status(201)
    .location(`/api/species/${encodeURIComponent(code)}`)
    .json(rows[0])
}

/** The code is the key and may change as well: the foreign key takes the animals along. */
async function change({ req, res, caller, pool }: Call): Promise<void> {
  const { code, name, breeds } = fillSent(form, req.body)
  const key = segment(req, 'code')
  const set = assignments({ code, label: name, breeds })
  const { rows } = await transact(pool, caller.email, (tx) =>
    set
      ? tx
          .query(`update kinds set ${set.sql} where code = $1 returning ${shown}`, [
            key,
            ...set.values,
          ])
          .catch(refuseTaken)
      : tx.query(`select ${shown} from kinds where code = $1`, [key]),
  )
  if (!rows[0]) throw missing('species')
  res.json(rows[0])
}

async function discard({ req, res, caller, pool }: Call): Promise<void> {
  const { rowCount } = await transact(pool, caller.email, (tx) =>
    tx.query('delete from kinds where code = $1', [segment(req, 'code')]).catch(
      refusing({
        animals_kind_code_fkey: conflict('SPECIES_IN_USE', 'There are pets of this species'),
      }),
    ),
  )
  if (rowCount === 0) throw missing('species')
  res.status(204).end()
}
