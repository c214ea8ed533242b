import { assignments } from '../db/columns.ts'
import { refuseOn } from '../db/sql-state.ts'
import { inTransaction } from '../db/transaction.ts'
import { decimal, id, idDigits, integer, nullable, optional, text } from '../http/checks.ts'
import { messageAndCode, notFound, unprocessable } from '../http/errors.ts'
import { readChanges, readFields } from '../http/fields.ts'
import { idParam } from '../http/params.ts'
import { type Area, type Call, get, patch, post, signedIn } from '../http/route.ts'

export const serviceTypes: Area = {
  errors: messageAndCode,
  routes: [
    get('/service-types', signedIn, [200, 400], listServiceTypes),
    post('/service-types', ['admin'], [201, 400, 422], addServiceType),
    patch('/service-types/:id', ['admin'], [200, 400, 404, 422], changeServiceType),
  ],
}

interface ServiceTypeRow {
  readonly id: number
  readonly clinic_id: number | null
  readonly name: string
  readonly minutes: number
  readonly price: string
}

/** Prices are numbers here: the first client version did sums with them. */
function toServiceType(row: ServiceTypeRow) {
  return {
    id: row.id,
    clinicId: row.clinic_id,
    name: row.name,
    minutes: row.minutes,
    price: Number(row.price),
  }
}

const fields = {
  clinicId: optional(nullable(id), null),
  name: text(200),
  minutes: integer(5, 480),
  price: decimal(8, 2),
}

const refuseUnknownClinic = refuseOn({
  service_types_clinic_id_fkey: unprocessable('UNKNOWN_CLINIC', 'No such clinic'),
})

/** Those of one clinic; without a filter the caller's own and those that every clinic offers. */
async function listServiceTypes({ req, res, user, app }: Call): Promise<void> {
  const { clinicId } = readFields(req.query, { clinicId: optional(idDigits, null) })
  const { rows } = await app.pool.query<ServiceTypeRow>(
    `select * from service_types
     where clinic_id = coalesce($1::integer, $2::integer) or (clinic_id is null and $1 is null)
     order by name collate "C", id`,
    [clinicId, user.clinicId],
  )
  res.json(rows.map(toServiceType))
}

async function addServiceType({ req, res, user, app }: Call): Promise<void> {
  const body = readFields(req.body, fields)
  const added = await inTransaction(app.pool, user.email, async (tx) => {
    const { rows } = await tx
      .query<ServiceTypeRow>(
        `insert into service_types (clinic_id, name, minutes, price)
         values ($1, $2, $3, $4) returning *`,
        [body.clinicId, body.name, body.minutes, body.price],
      )
      .catch(refuseUnknownClinic)
    return rows[0]!
  })
  res.status(201).json(toServiceType(added))
}

async function changeServiceType({ req, res, user, app }: Call): Promise<void> {
  const serviceTypeId = idParam(req, 'id', 'service type')
  const { clinicId, ...columns } = readChanges(req.body, fields)
  const set = assignments({ ...columns, clinic_id: clinicId })
  const changed = await inTransaction(app.pool, user.email, async (tx) => {
    if (set) {
      await tx
        .query(`update service_types set ${set.list} where id = $1`, [serviceTypeId, ...set.values])
        .catch(refuseUnknownClinic)
    }
    const { rows } = await tx.query<ServiceTypeRow>('select * from service_types where id = $1', [
      serviceTypeId,
    ])
    return rows[0]
  })
  if (!changed) throw notFound('service type')
  res.json(toServiceType(changed))
}
