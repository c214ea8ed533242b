import { idDigits, optional } from '../http/checks.ts'
import { isoDay } from '../http/dates.ts'
import { readFields } from '../http/fields.ts'
import type { Call } from '../http/route.ts'
import { minutesOf } from './booking-rules.ts'

interface Slot {
  readonly vetId: number
  readonly vetName: string
  readonly start: Date
  readonly end: Date
}

const filters = { date: isoDay, serviceTypeId: idDigits, vetId: optional(idDigits, null) }

/** Every quarter of an hour at which a vet of the clinic could begin the service on a day. */
export async function showAvailability({ req, res, user, app }: Call): Promise<void> {
  const { date, serviceTypeId, vetId } = readFields(req.query, filters)
  const minutes = await minutesOf(app.pool, user, serviceTypeId)
  const { rows } = await app.pool.query<Slot>(
    `select s.vet_id as "vetId", u.name as "vetName", slot.start, slot.start + visit.length as end
     from staff_schedules s
     join clinics c on c.id = s.clinic_id
     join users u on u.id = s.vet_id
     cross join lateral (select make_interval(mins => $3) as length) visit
     cross join lateral generate_series(
       ($2::date + s.starts) at time zone c.timezone,
       ($2::date + s.ends) at time zone c.timezone - visit.length,
       interval '15 minutes'
     ) as slot (start)
     where s.clinic_id = $1 and u.active and s.weekday = extract(isodow from $2::date)
       and ($4::integer is null or s.vet_id = $4)
       and not exists (
         select 1 from appointments a
         where a.vet_id = s.vet_id and a.status <> 'cancelled'
           and a.during && tstzrange(slot.start, slot.start + visit.length)
       )
     order by slot.start, s.vet_id`,
    [user.clinicId, date, minutes, vetId],
  )
  res.json({ date, minutes, slots: rows })
}
