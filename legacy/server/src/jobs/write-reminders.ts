import type { Queryable } from '../db/transaction.ts'

/** A reminder for each appointment booked for tomorrow by its clinic's clock; never a second one. */
export async function writeReminders(tx: Queryable, today: string): Promise<number> {
  const { rowCount } = await tx.query(
    `insert into appointment_reminders (appointment_id, remind_on, email, phone)
     select a.id, $1::date, o.email, o.phone
     from appointments a
     join clinics c on c.id = a.clinic_id
     join pets p on p.id = a.pet_id
     join owners o on o.id = p.owner_id
     where a.status = 'booked'
       and (lower(a.during) at time zone c.timezone)::date = $1::date + 1
     order by a.id
     on conflict (appointment_id, remind_on) do nothing`,
    [today],
  )
  return rowCount ?? 0
}
