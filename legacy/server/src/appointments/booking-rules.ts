import type { Queryable } from '../db/transaction.ts'
import { unprocessable } from '../http/errors.ts'
import type { User } from '../http/route.ts'
import { scopeOf } from './model.ts'

/** @throws Refusal 422 for a pet that the caller may not book for. */
export async function requirePet(db: Queryable, user: User, petId: number): Promise<void> {
  const { rows } = await db.query(
    `select 1 from pets p join owners o on o.id = p.owner_id
     where o.clinic_id = $1 and ($2::text is null or o.email = $2)
       and p.id = $3 and p.deleted_at is null`,
    [...scopeOf(user), petId],
  )
  if (rows.length === 0) throw unprocessable('UNKNOWN_PET', 'No such pet')
}

/** @throws Refusal 422 for a service that this clinic does not offer. */
export async function minutesOf(db: Queryable, user: User, serviceTypeId: number): Promise<number> {
  const { rows } = await db.query<{ minutes: number }>(
    'select minutes from service_types where id = $1 and (clinic_id is null or clinic_id = $2)',
    [serviceTypeId, user.clinicId],
  )
  if (!rows[0]) throw unprocessable('UNKNOWN_SERVICE', 'No such service')
  return rows[0].minutes
}

/**
 * Refuses times outside a vet's working hours. Locks the hours found, so that bookings for one vet
 * and day come one after the other: left to the exclusion constraint alone, two of them would wait
 * for each other until Postgres ends one as a deadlock.
 *
 * @throws Refusal 422
 */
export async function requireWorkingHours(
  db: Queryable,
  user: User,
  vetId: number,
  start: Date,
  end: Date,
): Promise<void> {
  const { rows } = await db.query(
    `select 1 from staff_schedules s
     join clinics c on c.id = s.clinic_id
     join users u on u.id = s.vet_id
     cross join lateral (
       select $3::timestamptz at time zone c.timezone as starts,
         $4::timestamptz at time zone c.timezone as ends
     ) visit
     where s.clinic_id = $1 and s.vet_id = $2 and u.active
       and s.weekday = extract(isodow from visit.starts)
       and visit.starts::date = visit.ends::date
       and visit.starts::time >= s.starts and visit.ends::time <= s.ends
     for update of s`,
    [user.clinicId, vetId, start, end],
  )
  if (rows.length === 0) {
    throw unprocessable('OUTSIDE_SCHEDULE', 'The vet does not work then')
  }
}

export function endOf(start: Date, minutes: number): Date {
  return new Date(start.getTime() + minutes * 60_000)
}
