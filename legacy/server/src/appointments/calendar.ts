import { idDigits, optional } from '../http/checks.ts'
import { addDays, isoDay } from '../http/dates.ts'
import { invalid } from '../http/errors.ts'
import { readFields } from '../http/fields.ts'
import type { Call } from '../http/route.ts'
import { type AppointmentRow, scopeOf, toAppointment, visibleAppointments } from './model.ts'

const filters = {
  from: isoDay,
  to: isoDay,
  vetId: optional(idDigits, null),
  petId: optional(idDigits, null),
}

const longest = 62

/** Appointments that start on the days from `from` to `to`, both included, in the clinic's own time. */
export async function showCalendar({ req, res, user, app }: Call): Promise<void> {
  const { from, to, vetId, petId } = readFields(req.query, filters)
  if (to < from || to > addDays(from, longest)) {
    throw invalid([{ field: 'to', message: `must be up to ${longest} days after from` }])
  }
  const { rows } = await app.pool.query<AppointmentRow>(
    `${visibleAppointments}
     and lower(a.during) >= $3::timestamp at time zone (select timezone from clinics where id = $1)
     and lower(a.during) <
       ($4::timestamp + interval '1 day') at time zone (select timezone from clinics where id = $1)
     and ($5::integer is null or a.vet_id = $5) and ($6::integer is null or a.pet_id = $6)
     order by lower(a.during), a.id`,
    [...scopeOf(user), from, to, vetId, petId],
  )
  res.json({ from, to, appointments: rows.map(toAppointment) })
}
