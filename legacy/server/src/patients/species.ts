import { assignments } from '../db/columns.ts'
import { containing } from '../db/like.ts'
import { refuseOn } from '../db/sql-state.ts'
import { inTransaction } from '../db/transaction.ts'
import { listOf, optional, text } from '../http/checks.ts'
import { conflict, messageAndCode, notFound } from '../http/errors.ts'
import { readChanges, readFields } from '../http/fields.ts'
import { param } from '../http/params.ts'
import { type Area, type Call, get, patch, post, remove, signedIn } from '../http/route.ts'

export const species: Area = {
  errors: messageAndCode,
  routes: [
    get('/species', signedIn, [200, 400], listSpecies),
    post('/species', ['admin'], [201, 400, 409], addSpecies),
    patch('/species/:code', ['admin'], [200, 400, 404, 409], changeSpecies),
    remove('/species/:code', ['admin'], [204, 400, 404, 409], removeSpecies),
  ],
}

const columns = `code, name, breeds,
  to_char(created_at at time zone 'UTC', 'DD/MM/YYYY') as "createdOn"`

const fields = {
  code: text(60),
  name: text(100),
  breeds: optional(listOf(text(100), 500), []),
}

const codeTaken = conflict('SPECIES_EXISTS', 'There is a species of this code')

async function listSpecies({ req, res, app }: Call): Promise<void> {
  const { q } = readFields(req.query, { q: optional(text(100, 0), '') })
  const { rows } = await app.pool.query(
    `select ${columns} from species where code ilike $1 or name ilike $1 order by code collate "C"`,
    [containing(q)],
  )
  res.json(rows)
}

async function addSpecies({ req, res, user, app }: Call): Promise<void> {
  const body = readFields(req.body, fields)
  const added = await inTransaction(app.pool, user.email, async (tx) => {
    const { rows } = await tx
      .query(`insert into species (code, name, breeds) values ($1, $2, $3) returning ${columns}`, [
        body.code,
        body.name,
        body.breeds,
      ])
      .catch(refuseOn({ species_pkey: codeTaken }))
    return rows[0]
  })
  res
    .status(201)
    .location(`/api/species/${encodeURIComponent(body.code)}`)
    .json(added)
}

/** May change the code too; the pets of the species follow. */
async function changeSpecies({ req, res, user, app }: Call): Promise<void> {
  const code = param(req, 'code')
  const body = readChanges(req.body, fields)
  const set = assignments(body)
  const changed = await inTransaction(app.pool, user.email, async (tx) => {
    if (set) {
      const { rowCount } = await tx
        .query(`update species set ${set.list} where code = $1`, [code, ...set.values])
        .catch(refuseOn({ species_pkey: codeTaken }))
      if (rowCount === 0) throw notFound('species')
    }
    const { rows } = await tx.query(`select ${columns} from species where code = $1`, [
      body.code ?? code,
    ])
    return rows[0]
  })
  if (!changed) throw notFound('species')
  res.json(changed)
}

async function removeSpecies({ req, res, user, app }: Call): Promise<void> {
  const inUse = conflict('SPECIES_IN_USE', 'There are pets of this species')
  const { rowCount } = await inTransaction(app.pool, user.email, (tx) =>
    tx
      .query('delete from species where code = $1', [param(req, 'code')])
      .catch(refuseOn({ pets_species_code_fkey: inUse })),
  )
  if (rowCount === 0) throw notFound('species')
  res.status(204).end()
}
