import { requirePet } from '../appointments/booking-rules.ts'
import { assignments } from '../db/columns.ts'
import { inTransaction } from '../db/transaction.ts'
import { digits, id, idDigits, optional } from '../http/checks.ts'
import { dayOf, isoDay } from '../http/dates.ts'
import { errorsByField, invalid, notFound } from '../http/errors.ts'
import { readChanges, readFields } from '../http/fields.ts'
import { bigIdParam } from '../http/params.ts'
import { type Area, type Call, get, patch, post, remove, signedIn } from '../http/route.ts'
import { inScope, scopeOf } from '../patients/scope.ts'
import { isPriced, recordColumns, treatment, written } from './fields.ts'
import { describeRecord, type RecordRow, visibleRecord, visibleRecords } from './model.ts'
import { insertRecord, insertTreatment, takeStock } from './write.ts'

const clinicians = ['admin', 'veterinarian'] as const

export const records: Area = {
  errors: errorsByField,
  routes: [
    get('/records', signedIn, [200, 400], listRecords),
    post('/records', clinicians, [201, 400, 422], addRecord),
    get('/records/:id', signedIn, [200, 404], showRecord),
    patch('/records/:id', clinicians, [200, 400, 404], changeRecord),
    post('/records/:id/treatments', clinicians, [201, 400, 404, 409, 422], addTreatment),
    remove('/treatments/:id', ['admin'], [204, 404], removeTreatment),
  ],
}

const paging = {
  petId: idDigits,
  offset: optional(digits(0, 100_000), 0),
  limit: optional(digits(1, 100), 20),
}

/** A pet's history, latest visit first. A pet that the caller cannot see has none. */
async function listRecords({ req, res, user, app }: Call): Promise<void> {
  const { petId, offset, limit } = readFields(req.query, paging)
  const { rows } = await app.pool.query<RecordRow>(
    `${visibleRecords} and r.pet_id = $3 order by r.visited_on desc, r.id desc limit $4 offset $5`,
    [...scopeOf(user), petId, limit, offset],
  )
  const counted = await app.pool.query<{ total: number }>(
    `select count(*)::integer as total from medical_records r
     join pets p on p.id = r.pet_id join owners o on o.id = p.owner_id
     where ${inScope} and r.pet_id = $3`,
    [...scopeOf(user), petId],
  )
  const shown: object[] = []
  for (const row of rows) shown.push(await describeRecord(app.pool, row))
  res.json({ total: counted.rows[0]!.total, offset, limit, records: shown })
}

async function showRecord({ req, res, user, app }: Call): Promise<void> {
  const row = await visibleRecord(app.pool, user, bigIdParam(req, 'id', 'record'))
  res.json(await describeRecord(app.pool, row))
}

/** A visit that nobody booked. It takes nothing out of stock. */
async function addRecord({ req, res, user, app }: Call): Promise<void> {
  const fields = { petId: id, visitedOn: optional(isoDay, dayOf(app.clock())), ...written }
  const { petId, visitedOn, ...body } = readFields(req.body, fields)
  const added = await inTransaction(app.pool, user.email, async (tx) => {
    await requirePet(tx, user, petId)
    const recordId = await insertRecord(tx, {
      clinic_id: user.clinicId,
      pet_id: petId,
      vet_id: user.id,
      visited_on: visitedOn,
      ...recordColumns(body),
    })
    return describeRecord(tx, await visibleRecord(tx, user, recordId))
  })
  res.status(201).location(`/api/records/${added.id}`).json(added)
}

async function changeRecord({ req, res, user, app }: Call): Promise<void> {
  const recordId = bigIdParam(req, 'id', 'record')
  const set = assignments(recordColumns(readChanges(req.body, written)))
  const changed = await inTransaction(app.pool, user.email, async (tx) => {
    await visibleRecord(tx, user, recordId)
    if (set) {
      await tx.query(`update medical_records set ${set.list} where id = $1`, [
        recordId,
        ...set.values,
      ])
    }
    return describeRecord(tx, await visibleRecord(tx, user, recordId))
  })
  res.json(changed)
}

/** Unlike completing a visit, this takes stock in the same transaction, and fails without it. */
async function addTreatment({ req, res, user, app }: Call): Promise<void> {
  const recordId = bigIdParam(req, 'id', 'record')
  const body = readFields(req.body, treatment)
  if (!isPriced(body)) {
    throw invalid([{ field: 'itemId', message: 'or description and unitPrice are required' }])
  }
  const changed = await inTransaction(app.pool, user.email, async (tx) => {
    const { appointment_id: visit } = await visibleRecord(tx, user, recordId)
    await insertTreatment(tx, user, recordId, body)
    await takeStock(tx, user, [body], visit)
    return describeRecord(tx, await visibleRecord(tx, user, recordId))
  })
  res.status(201).json(changed)
}

/** What was taken stays taken: whoever puts it back on the shelf adjusts the stock. */
async function removeTreatment({ req, res, user, app }: Call): Promise<void> {
  const treatmentId = bigIdParam(req, 'id', 'treatment')
  const { rowCount } = await inTransaction(app.pool, user.email, (tx) =>
    tx.query(
      `delete from treatments t using medical_records r
       where r.id = t.record_id and t.id = $1 and r.clinic_id = $2`,
      [treatmentId, user.clinicId],
    ),
  )
  if (rowCount === 0) throw notFound('treatment')
  res.status(204).end()
}
