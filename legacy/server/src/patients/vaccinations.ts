import { assignments, insertion } from '../db/columns.ts'
import { refuseOn } from '../db/sql-state.ts'
import { inTransaction, type Queryable } from '../db/transaction.ts'
import { decimal, digits, matching, nullable, oneOf, optional, text } from '../http/checks.ts'
import { writtenDay } from '../http/dates.ts'
import { errorText, invalid, notFound } from '../http/errors.ts'
import { readChanges, readFields } from '../http/fields.ts'
import { bigIdParam, idParam } from '../http/params.ts'
import { type Area, type Call, get, patch, post, remove } from '../http/route.ts'
import { signedIn, staff, type User } from '../http/route.ts'
import { visiblePet, visiblePets } from './pet-model.ts'
import { scopeOf } from './scope.ts'
import { listDue } from './vaccinations-due.ts'

export const vaccinations: Area = {
  errors: errorText,
  routes: [
    get('/pets/:id/vaccinations', signedIn, [200, 400, 404], listVaccinations),
    post('/pets/:id/vaccinations', ['admin', 'veterinarian'], [201, 400, 404], addVaccination),
    get('/vaccinations/due', staff, [200, 400], listDue),
    patch('/vaccinations/:id', ['admin', 'veterinarian'], [200, 400, 404], changeVaccination),
    remove('/vaccinations/:id', ['admin'], [204, 404], removeVaccination),
  ],
}

interface VaccinationRow {
  readonly id: string
  readonly pet_id: number
  readonly vaccine: string
  readonly given: string | null
  readonly due: string | null
  readonly status: string
  readonly price: string | null
  readonly batch: string | null
  readonly administered_by: number | null
  readonly created_at: Date
}

const columns = `v.id, v.pet_id, v.vaccine, to_char(v.given_on, 'DD/MM/YYYY') as given,
  to_char(v.due_on, 'DD/MM/YYYY') as due, v.status, v.price, v.batch, v.administered_by,
  v.created_at`

function toVaccination(row: VaccinationRow) {
  return {
    id: row.id,
    petId: row.pet_id,
    vaccine: row.vaccine,
    givenOn: row.given,
    dueOn: row.due,
    status: row.status,
    price: row.price,
    batch: row.batch,
    administeredBy: row.administered_by,
    createdAt: row.created_at,
  }
}

const paging = {
  cursor: optional(matching(/^[1-9]\d{0,17}$/, 'a cursor from an earlier answer'), null),
  limit: optional(digits(1, 100), 20),
}

/** Newest first. The cursor is the last vaccination that the client has. */
async function listVaccinations({ req, res, user, app }: Call): Promise<void> {
  const { id } = await visiblePet(app.pool, user, idParam(req, 'id', 'pet'))
  const { cursor, limit } = readFields(req.query, paging)
  const { rows } = await app.pool.query<VaccinationRow>(
    `select ${columns} from vaccinations v
     where v.pet_id = $1 and ($2::bigint is null or v.id < $2)
     order by v.id desc limit $3`,
    [id, cursor, limit + 1],
  )
  const items = rows.slice(0, limit).map(toVaccination)
  res.json({ items, nextCursor: rows.length > limit ? items.at(-1)!.id : null })
}

const fields = {
  vaccine: text(100),
  givenOn: optional(nullable(writtenDay), null),
  dueOn: optional(nullable(writtenDay), null),
  price: optional(nullable(decimal(8, 2)), null),
  batch: optional(nullable(text(100, 0)), null),
}

const refuseWithoutDate = refuseOn({
  vaccinations_done_was_given: invalid([
    { field: 'givenOn', message: 'is needed when it is done' },
  ]),
  vaccinations_has_a_date: invalid([{ field: 'givenOn', message: 'or dueOn is required' }]),
})

async function addVaccination({ req, res, user, app }: Call): Promise<void> {
  const petId = idParam(req, 'id', 'pet')
  const body = readFields(req.body, fields)
  const status = body.givenOn === null ? 'due' : 'done'
  const { into, values } = insertion({
    pet_id: petId,
    vaccine: body.vaccine,
    given_on: body.givenOn,
    due_on: body.dueOn,
    status,
    price: body.price,
    batch: body.batch,
    administered_by: status === 'done' ? user.id : null,
  })
  const added = await inTransaction(app.pool, user.email, async (tx) => {
    await visiblePet(tx, user, petId)
    const { rows } = await tx
      .query<VaccinationRow>(`insert into vaccinations as v ${into} returning ${columns}`, values)
      .catch(refuseWithoutDate)
    return rows[0]!
  })
  res.status(201).json(toVaccination(added))
}

const changeable = { ...fields, status: oneOf(['done', 'due', 'overdue']) }

/** Entering the day it was given also makes it done, by the one who enters it. */
async function changeVaccination({ req, res, user, app }: Call): Promise<void> {
  const id = bigIdParam(req, 'id', 'vaccination')
  const body = readChanges(req.body, changeable)
  const set = assignments({
    vaccine: body.vaccine,
    given_on: body.givenOn,
    due_on: body.dueOn,
    price: body.price,
    batch: body.batch,
    status: body.status ?? (body.givenOn ? 'done' : undefined),
    administered_by: body.givenOn ? user.id : undefined,
  })
  const changed = await inTransaction(app.pool, user.email, async (tx) => {
    await visibleVaccination(tx, user, id)
    if (set) {
      await tx
        .query(`update vaccinations set ${set.list} where id = $1`, [id, ...set.values])
        .catch(refuseWithoutDate)
    }
    return visibleVaccination(tx, user, id)
  })
  res.json(toVaccination(changed))
}

async function removeVaccination({ req, res, user, app }: Call): Promise<void> {
  const id = bigIdParam(req, 'id', 'vaccination')
  await inTransaction(app.pool, user.email, async (tx) => {
    await visibleVaccination(tx, user, id)
    await tx.query('delete from vaccinations where id = $1', [id])
  })
  res.status(204).end()
}

async function visibleVaccination(db: Queryable, user: User, id: string): Promise<VaccinationRow> {
  const { rows } = await db.query<VaccinationRow>(
    `select ${columns} from vaccinations v, ${visiblePets} and v.pet_id = p.id and v.id = $3`,
    [...scopeOf(user), id],
  )
  if (!rows[0]) throw notFound('vaccination')
  return rows[0]
}
