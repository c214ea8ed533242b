import { assignments } from '../db/columns.ts'
import { containing } from '../db/like.ts'
import { sqlState } from '../db/sql-state.ts'
import { inTransaction, type Queryable } from '../db/transaction.ts'
import { freeObject, listOf, nullable, optional, text } from '../http/checks.ts'
import { timeOfDay } from '../http/dates.ts'
import { invalid, messageAndCode, notFound } from '../http/errors.ts'
import { type Check, readChanges, readFields, wrong } from '../http/fields.ts'
import { idParam } from '../http/params.ts'
import { type Area, type Call, everyone, get, patch, post } from '../http/route.ts'

export const clinics: Area = {
  errors: messageAndCode,
  routes: [
    get('/clinics', everyone, [200, 400], listClinics),
    get('/clinics/:id', everyone, [200, 404], showClinic),
    post('/clinics', ['admin'], [201, 400], addClinic),
    patch('/clinics/:id', ['admin'], [200, 400, 404], changeClinic),
  ],
}

interface ClinicRow {
  readonly id: number
  readonly name: string
  readonly address: object
  readonly phone: string | null
  readonly opening_hours: object
  readonly timezone: string
  readonly created_at: Date
}

function toClinic(row: ClinicRow) {
  return {
    id: row.id,
    name: row.name,
    address: row.address,
    phone: row.phone,
    openingHours: row.opening_hours,
    timezone: row.timezone,
    createdAt: row.created_at,
  }
}

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

/** Opening and closing time by day; a day that is missing is closed. */
const openingHours: Check<Record<string, string[]>> = (value) => {
  const hours: Record<string, string[]> = {}
  for (const [day, times] of Object.entries(freeObject(value))) {
    if (!days.includes(day)) wrong(`must have keys of ${days.join(', ')} only`)
    const [opens, closes, ...rest] = listOf(timeOfDay, 2)(times)
    if (!opens || !closes || rest.length > 0 || opens >= closes) {
      return wrong('must have an opening and a later closing time for each day')
    }
    hours[day] = [opens, closes]
  }
  return hours
}

const clinicFields = {
  name: text(200),
  address: optional(freeObject, {}),
  phone: optional(nullable(text(50, 0)), null),
  openingHours: optional(openingHours, {}),
  timezone: optional(text(60), 'Europe/London'),
}

async function listClinics({ req, res, app }: Call): Promise<void> {
  const { q } = readFields(req.query, { q: optional(text(100, 0), '') })
  const { rows } = await app.pool.query<ClinicRow>(
    'select * from clinics where name ilike $1 order by name collate "C", id',
    [containing(q)],
  )
  res.json(rows.map(toClinic))
}

async function showClinic({ req, res, app }: Call): Promise<void> {
  res.json(toClinic(await clinicById(app.pool, idParam(req, 'id', 'clinic'))))
}

async function clinicById(db: Queryable, id: number): Promise<ClinicRow> {
  const { rows } = await db.query<ClinicRow>('select * from clinics where id = $1', [id])
  if (!rows[0]) throw notFound('clinic')
  return rows[0]
}

async function addClinic({ req, res, user, app }: Call): Promise<void> {
  const body = readFields(req.body, clinicFields)
  await requireTimeZone(app.pool, body.timezone)
  const clinic = await inTransaction(app.pool, user.email, async (tx) => {
    const { rows } = await tx.query<ClinicRow>(
      `insert into clinics (name, address, phone, opening_hours, timezone)
       values ($1, $2, $3, $4, $5) returning *`,
      [body.name, body.address, body.phone, body.openingHours, body.timezone],
    )
    return rows[0]!
  })
  res.status(201).location(`/api/clinics/${clinic.id}`).json(toClinic(clinic))
}

async function changeClinic({ req, res, user, app }: Call): Promise<void> {
  const clinicId = idParam(req, 'id', 'clinic')
  const body = readChanges(req.body, clinicFields)
  if (body.timezone !== undefined) await requireTimeZone(app.pool, body.timezone)
  const set = assignments({
    name: body.name,
    address: body.address,
    phone: body.phone,
    opening_hours: body.openingHours,
    timezone: body.timezone,
  })
  const clinic = await inTransaction(app.pool, user.email, async (tx) => {
    if (set) {
      await tx.query(`update clinics set ${set.list} where id = $1`, [clinicId, ...set.values])
    }
    return clinicById(tx, clinicId)
  })
  res.json(toClinic(clinic))
}

/** Postgres computes with the zone later, so Postgres says whether there is one of that name. */
async function requireTimeZone(db: Queryable, zone: string): Promise<void> {
  const unknownZone = '22023'
  await db.query('select now() at time zone $1', [zone]).catch((error: unknown) => {
    if (sqlState(error) !== unknownZone) throw error
    throw invalid([{ field: 'timezone', message: 'must be a time zone like Europe/London' }], error)
  })
}
