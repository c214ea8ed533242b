import { assignments, insertion } from '../db/columns.ts'
import { containing } from '../db/like.ts'
import { refuseOn } from '../db/sql-state.ts'
import { inTransaction, type Queryable } from '../db/transaction.ts'
import { digits, email, flag, freeObject, nullable, optional, text } from '../http/checks.ts'
import { conflict, errorsByField, notFound } from '../http/errors.ts'
import { readChanges, readFields } from '../http/fields.ts'
import { uuidParam } from '../http/params.ts'
import { type Area, type Call, get, patch, post, remove } from '../http/route.ts'
import { signedIn, staff, type User } from '../http/route.ts'
import { inScope, scopeOf } from './scope.ts'

export const owners: Area = {
  errors: errorsByField,
  routes: [
    get('/owners', staff, [200, 400], listOwners),
    post('/owners', staff, [201, 400], addOwner),
    get('/owners/:id', signedIn, [200, 400, 404], showOwner),
    patch('/owners/:id', staff, [200, 400, 404], changeOwner),
    remove('/owners/:id', ['admin', 'receptionist'], [204, 400, 404, 409], removeOwner),
  ],
}

interface OwnerRow {
  readonly id: string
  readonly clinic_id: number
  readonly full_name: string
  readonly email: string | null
  readonly phone: string | null
  readonly address: object | null
  readonly notes: string | null
  readonly marketing_opt_in: boolean
  readonly created: string
  readonly updated: string
}

const isoMicroseconds = `'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`

const columns = `o.id, o.clinic_id, o.full_name, o.email, o.phone, o.address, o.notes,
  o.marketing_opt_in,
  to_char(o.created_at at time zone 'UTC', ${isoMicroseconds}) as created,
  to_char(o.updated_at at time zone 'UTC', ${isoMicroseconds}) as updated`

function toOwner(row: OwnerRow) {
  return {
    id: row.id,
    clinicId: row.clinic_id,
    fullName: row.full_name,
    email: row.email,
    phone: row.phone,
    address: row.address,
    notes: row.notes,
    marketingOptIn: row.marketing_opt_in,
    createdAt: row.created,
    updatedAt: row.updated,
  }
}

const filters = {
  search: optional(text(100, 0), ''),
  page: optional(digits(1, 100_000), 1),
  limit: optional(digits(1, 100), 20),
}

async function listOwners({ req, res, user, app }: Call): Promise<void> {
  const { search, page, limit } = readFields(req.query, filters)
  const where = `${inScope} and (o.full_name ilike $3 or o.email ilike $3 or o.phone ilike $3)`
  const values = [...scopeOf(user), containing(search)]
  const counted = await app.pool.query<{ total: number }>(
    `select count(*)::integer as total from owners o where ${where}`,
    values,
  )
  const { rows } = await app.pool.query<OwnerRow>(
    `select ${columns} from owners o where ${where}
     order by o.full_name collate "C", o.id limit $4 offset $5`,
    [...values, limit, (page - 1) * limit],
  )
  res.json({ data: rows.map(toOwner), total: counted.rows[0]!.total, page })
}

const fields = {
  fullName: text(200),
  email: optional(nullable(email), null),
  phone: optional(nullable(text(50, 0)), null),
  address: optional(nullable(freeObject), null),
  notes: optional(nullable(text(200_000, 0)), null),
  marketingOptIn: optional(flag, false),
}

function toColumns(body: Partial<ReturnType<typeof readOwner>>) {
  return {
    full_name: body.fullName,
    email: body.email,
    phone: body.phone,
    address: body.address,
    notes: body.notes,
    marketing_opt_in: body.marketingOptIn,
  }
}

const readOwner = (input: unknown) => readFields(input, fields)

async function addOwner({ req, res, user, app }: Call): Promise<void> {
  const body = readOwner(req.body)
  const { into, values } = insertion({ clinic_id: user.clinicId, ...toColumns(body) })
  const owner = await inTransaction(app.pool, user.email, async (tx) => {
    const { rows } = await tx.query<OwnerRow>(
      `insert into owners as o ${into} returning ${columns}`,
      values,
    )
    return rows[0]!
  })
  res.status(201).location(`/api/owners/${owner.id}`).json(toOwner(owner))
}

async function showOwner({ req, res, user, app }: Call): Promise<void> {
  res.json(toOwner(await visibleOwner(app.pool, user, uuidParam(req, 'id'))))
}

async function visibleOwner(db: Queryable, user: User, ownerId: string): Promise<OwnerRow> {
  const { rows } = await db.query<OwnerRow>(
    `select ${columns} from owners o where ${inScope} and o.id = $3`,
    [...scopeOf(user), ownerId],
  )
  if (!rows[0]) throw notFound('owner')
  return rows[0]
}

async function changeOwner({ req, res, user, app }: Call): Promise<void> {
  const ownerId = uuidParam(req, 'id')
  const set = assignments(toColumns(readChanges(req.body, fields)))
  const owner = await inTransaction(app.pool, user.email, async (tx) => {
    await visibleOwner(tx, user, ownerId)
    if (set) await tx.query(`update owners set ${set.list} where id = $1`, [ownerId, ...set.values])
    return visibleOwner(tx, user, ownerId)
  })
  res.json(toOwner(owner))
}

async function removeOwner({ req, res, user, app }: Call): Promise<void> {
  const ownerId = uuidParam(req, 'id')
  await inTransaction(app.pool, user.email, async (tx) => {
    await visibleOwner(tx, user, ownerId)
    const hasPets = conflict('HAS_PETS', 'This owner still has pets')
    await tx
      .query('delete from owners where id = $1', [ownerId])
      .catch(refuseOn({ pets_owner_id_fkey: hasPets }))
  })
  res.status(204).end()
}
