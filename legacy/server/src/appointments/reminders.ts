import { inTransaction } from '../db/transaction.ts'
import { dayOf } from '../http/dates.ts'
import { conflict } from '../http/errors.ts'
import { idParam } from '../http/params.ts'
import type { Call } from '../http/route.ts'
import { tellOwner } from '../notifications/of-appointments.ts'
import { notOpen, visibleAppointment } from './model.ts'

const columns = 'id, remind_on as "remindOn", email, phone, created_at as "createdAt"'

/** Those that the nightly job wrote, and those that somebody asked for. */
export async function listReminders({ req, res, user, app }: Call): Promise<void> {
  const { id } = await visibleAppointment(app.pool, user, idParam(req, 'id', 'appointment'))
  const { rows } = await app.pool.query(
    `select ${columns} from appointment_reminders where appointment_id = $1 order by id`,
    [id],
  )
  res.json({ reminders: rows })
}

/** One a day, like the nightly job's. */
export async function remind({ req, res, user, app }: Call): Promise<void> {
  const appointmentId = idParam(req, 'id', 'appointment')
  const { visit, reminder } = await inTransaction(app.pool, user.email, async (tx) => {
    const found = await visibleAppointment(tx, user, appointmentId, 'lock')
    if (found.status !== 'booked') throw notOpen(found.status)
    const { rows } = await tx.query<object>(
      `insert into appointment_reminders (appointment_id, remind_on, email, phone)
       select a.id, $2, o.email, o.phone
       from appointments a join pets p on p.id = a.pet_id join owners o on o.id = p.owner_id
       where a.id = $1
       on conflict (appointment_id, remind_on) do nothing
       returning ${columns}`,
      [appointmentId, dayOf(app.clock())],
    )
    if (!rows[0]) throw conflict('REMINDED', 'There is a reminder of today already')
    return { visit: found, reminder: rows[0] }
  })
  await tellOwner(app, user, visit, 'appointment-reminder')
  res.status(201).json(reminder)
}
