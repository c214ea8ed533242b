import type { Queryable } from '../db/transaction.ts'
import { notFound } from '../http/errors.ts'
import type { User } from '../http/route.ts'
import { inScope, scopeOf } from '../patients/scope.ts'

export interface RecordRow {
  readonly id: string
  readonly pet_id: number
  readonly pet_name: string
  readonly appointment_id: number | null
  readonly vet_id: number
  readonly vet_name: string
  readonly visited_on: string
  readonly findings: string
  readonly diagnosis: string | null
  readonly codes: readonly string[]
  readonly vitals: object
  readonly weight_kg: string | null
  readonly created: string
  readonly updated: string
}

const micros = `'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`

/** Records that a caller may see, those of deleted pets too; more conditions start at $3. */
export const visibleRecords = `
  select r.id, r.pet_id, p.name as pet_name, r.appointment_id, r.vet_id, u.name as vet_name,
    r.visited_on, r.findings, r.diagnosis, r.codes, r.vitals, r.weight_kg,
    to_char(r.created_at at time zone 'UTC', ${micros}) as created,
    to_char(r.updated_at at time zone 'UTC', ${micros}) as updated
  from medical_records r
  join users u on u.id = r.vet_id
  join pets p on p.id = r.pet_id
  join owners o on o.id = p.owner_id
  where ${inScope}`

/** @throws Refusal 404 */
export async function visibleRecord(db: Queryable, user: User, id: string): Promise<RecordRow> {
  const { rows } = await db.query<RecordRow>(`${visibleRecords} and r.id = $3`, [
    ...scopeOf(user),
    id,
  ])
  if (!rows[0]) throw notFound('record')
  return rows[0]
}

interface TreatmentRow {
  readonly id: string
  readonly item_id: number | null
  readonly description: string
  readonly quantity: string
  readonly unit_price: string
  readonly total: string
}

function toTreatment(row: TreatmentRow) {
  return {
    id: row.id,
    itemId: row.item_id,
    description: row.description,
    quantity: Number(row.quantity),
    unitPrice: row.unit_price,
    total: row.total,
  }
}

/** A record as clients see it. Asks for its treatments record by record. */
export async function describeRecord(db: Queryable, row: RecordRow) {
  const { rows } = await db.query<TreatmentRow>(
    'select * from treatments where record_id = $1 order by id',
    [row.id],
  )
  const sum = await db.query<{ total: string }>(
    `select coalesce(sum(total), 0)::numeric(26, 2) as total from treatments where record_id = $1`,
    [row.id],
  )
  return {
    id: row.id,
    petId: row.pet_id,
    petName: row.pet_name,
    appointmentId: row.appointment_id,
    vetId: row.vet_id,
    vetName: row.vet_name,
    visitedOn: row.visited_on,
    findings: row.findings,
    diagnosis: row.diagnosis,
    codes: row.codes,
    vitals: row.vitals,
    weightKg: row.weight_kg === null ? null : Number(row.weight_kg),
    treatments: rows.map(toTreatment),
    total: sum.rows[0]!.total,
    createdAt: row.created,
    updatedAt: row.updated,
  }
}
