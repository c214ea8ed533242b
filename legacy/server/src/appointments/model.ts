import { refuseOn } from '../db/sql-state.ts'
import type { Queryable } from '../db/transaction.ts'
import { conflict, notFound, unprocessable } from '../http/errors.ts'
import type { User } from '../http/route.ts'

export interface AppointmentRow {
  readonly id: number
  readonly clinic_id: number
  readonly vet_id: number
  readonly vet_name: string
  readonly pet_id: number
  readonly pet_name: string
  readonly owner_name: string
  readonly service_type_id: number
  readonly service_name: string
  readonly starts_at: Date
  readonly ends_at: Date
  readonly status: 'booked' | 'cancelled' | 'checked_in' | 'completed'
  readonly reason: string | null
  readonly created_at: Date
  readonly updated_at: Date
}

/**
 * Appointments that a caller may see, with the names the calendar shows; $1 is the caller's clinic,
 * $2 an owner's e-mail address or null. More conditions start at $3.
 */
export const visibleAppointments = `
  select a.id, a.clinic_id, a.vet_id, u.name as vet_name, a.pet_id, p.name as pet_name,
    o.full_name as owner_name, a.service_type_id, s.name as service_name,
    lower(a.during) as starts_at, upper(a.during) as ends_at, a.status, a.reason,
    a.created_at, a.updated_at
  from appointments a
  join users u on u.id = a.vet_id
  join service_types s on s.id = a.service_type_id
  join pets p on p.id = a.pet_id
  join owners o on o.id = p.owner_id
  where a.clinic_id = $1 and ($2::text is null or o.email = $2)`

export function scopeOf({ clinicId, role, email }: User): [number, string | null] {
  return [clinicId, role === 'owner' ? email : null]
}

export function toAppointment(row: AppointmentRow) {
  return {
    id: row.id,
    clinicId: row.clinic_id,
    vetId: row.vet_id,
    vetName: row.vet_name,
    petId: row.pet_id,
    petName: row.pet_name,
    ownerName: row.owner_name,
    serviceTypeId: row.service_type_id,
    serviceName: row.service_name,
    start: row.starts_at,
    end: row.ends_at,
    status: row.status,
    reason: row.reason,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

/** @throws Refusal 404 */
export async function visibleAppointment(
  db: Queryable,
  user: User,
  id: number,
  lock: 'lock' | 'no lock' = 'no lock',
): Promise<AppointmentRow> {
  const { rows } = await db.query<AppointmentRow>(
    `${visibleAppointments} and a.id = $3 ${lock === 'lock' ? 'for no key update of a' : ''}`,
    [...scopeOf(user), id],
  )
  if (!rows[0]) throw notFound('appointment')
  return rows[0]
}

/** Whoever wants it booked is told what it is instead. */
export const notOpen = (status: string) =>
  conflict('NOT_BOOKED', `The appointment is ${status.replace('_', ' ')}`)

export const refuseBookingConflicts = refuseOn({
  appointments_no_overlap: conflict('OVERLAP', 'The vet has another appointment then'),
  appointments_pet_id_fkey: unprocessable('UNKNOWN_PET', 'No such pet'),
})
