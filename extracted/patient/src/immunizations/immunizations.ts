import { requireVisible } from '../animals/animal.ts'
import { assignments, insertion } from '../database/columns.ts'
import { transact } from '../database/transaction.ts'
import { clinicians, signedIn, staff } from '../http/caller.ts'
import { bigintKey, integerKey } from '../http/keys.ts'
import { type Call, get, patch, post, remove, type Resource } from '../http/route.ts'
import { asError } from '../http/wording.ts'
import { fill, fillSent, optional } from '../reading/form.ts'
import { digits } from '../reading/numbers.ts'
import { matching } from '../reading/texts.ts'
import { listDue } from './due.ts'
import {
  changeForm,
  describe,
  described,
  describeOne,
  immunizationForm,
  type ImmunizationRow,
  refuseWithoutDay,
  toColumns,
} from './immunization.ts'
import { statusOf } from './statuses.ts'

/** Clients call them vaccinations. */
export const immunizations: Resource = {
  wording: asError,
  routes: [
    get('/pets/:id/vaccinations', signedIn, list),
    post('/pets/:id/vaccinations', clinicians, add),
    get('/vaccinations/due', staff, listDue),
    patch('/vaccinations/:id', clinicians, change),
    remove('/vaccinations/:id', ['admin'], discard),
  ],
}

const paging = {
  cursor: optional(matching(/^[1-9]\d{0,17}$/, 'a cursor from an earlier answer'), null),
  limit: optional(digits(1, 100), 20),
}

/** The newest first; the cursor is the last that the client has got. */
async function list({ req, res, caller, pool }: Call): Promise<void> {
  const animalId = integerKey(req, 'id', 'pet')
  await requireVisible(pool, caller, animalId)
  const { cursor, limit } = fill(paging, req.query)
  const { rows } = await pool.query<ImmunizationRow>(
    `select ${described} from immunizations i
     where i.animal_id = $1 and ($2::bigint is null or i.immunization_id < $2)
     order by i.immunization_id desc limit $3`,
    [animalId, cursor, limit + 1],
  )
  const items = rows.slice(0, limit).map(describe)
  res.json({ items, nextCursor: rows.length > limit ? items.at(-1)!.id : null })
}

async function add({ req, res, caller, pool }: Call): Promise<void> {
  const animalId = integerKey(req, 'id', 'pet')
  const body = fill(immunizationForm, req.body)
  const isGiven = body.givenOn !== null
  const { sql, values } = insertion({
    animal_id: animalId,
    ...toColumns(body),
    status: isGiven ? 'given' : 'awaited',
    administered_by: isGiven ? caller.id : null,
  })
  const added = await transact(pool, caller.email, async (tx) => {
    await requireVisible(tx, caller, animalId)
    const { rows } = await tx
      .query<ImmunizationRow>(
        `insert into immunizations as i ${sql} returning ${described}`,
        values,
      )
      .catch(refuseWithoutDay)
    return rows[0]!
  })
  res.status(201).json(describe(added))
}

/** Who enters the day it was given has given it, and unless they say otherwise it is done. */
async function change({ req, res, caller, pool }: Call): Promise<void> {
  const key = bigintKey(req, 'id', 'vaccination')
  const body = fillSent(changeForm, req.body)
  const status = body.status ?? (body.givenOn ? 'done' : undefined)
  const set = assignments({
    ...toColumns(body),
    status: status && statusOf(status),
    administered_by: body.givenOn ? caller.id : undefined,
  })
  const changed = await transact(pool, caller.email, async (tx) => {
    await describeOne(tx, caller, key)
    if (set) {
      await tx
        .query(`update immunizations set ${set.sql} where immunization_id = $1`, [
          key,
          ...set.values,
        ])
        .catch(refuseWithoutDay)
    }
    return describeOne(tx, caller, key)
  })
  res.json(changed)
}

async function discard({ req, res, caller, pool }: Call): Promise<void> {
  const key = bigintKey(req, 'id', 'vaccination')
  await transact(pool, caller.email, async (tx) => {
    await describeOne(tx, caller, key)
    await tx.query('delete from immunizations where immunization_id = $1', [key])
  })
  res.status(204).end()
}
