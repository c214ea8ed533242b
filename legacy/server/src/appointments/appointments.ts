import { inTransaction } from '../db/transaction.ts'
import { id, nullable, optional, text } from '../http/checks.ts'
import { instant } from '../http/dates.ts'
import { errorsByFieldOrCode } from '../http/errors.ts'
import { readChanges, readFields } from '../http/fields.ts'
import { idParam } from '../http/params.ts'
import { act, type Area, type Call, get, patch, post, signedIn, staff } from '../http/route.ts'
import { tellOwner } from '../notifications/of-appointments.ts'
import { showAvailability } from './availability.ts'
import { endOf, minutesOf, requirePet, requireWorkingHours } from './booking-rules.ts'
import { showCalendar } from './calendar.ts'
import { notOpen, refuseBookingConflicts, toAppointment, visibleAppointment } from './model.ts'
import { listReminders, remind } from './reminders.ts'
import { checkIn, complete } from './visits.ts'

const clinicians = ['admin', 'veterinarian'] as const

export const appointments: Area = {
  errors: errorsByFieldOrCode,
  routes: [
    get('/availability', signedIn, [200, 400, 422], showAvailability),
    get('/calendar', signedIn, [200, 400], showCalendar),
    get('/appointments/:id', signedIn, [200, 404], showAppointment),
    post('/appointments', signedIn, [201, 400, 409, 422], book),
    patch('/appointments/:id', staff, [200, 400, 404, 409, 422], reschedule),
    act('/appointments/:id/cancel', signedIn, [200, 404, 409], cancel),
    act('/appointments/:id/check-in', staff, [200, 404, 409], checkIn),
    post('/appointments/:id/complete', clinicians, [200, 400, 404, 409, 422], complete),
    get('/appointments/:id/reminders', staff, [200, 404], listReminders),
    act('/appointments/:id/reminders', staff, [201, 404, 409], remind),
  ],
}

async function showAppointment({ req, res, user, app }: Call): Promise<void> {
  const appointmentId = idParam(req, 'id', 'appointment')
  res.json(toAppointment(await visibleAppointment(app.pool, user, appointmentId)))
}

const fields = {
  petId: id,
  vetId: id,
  serviceTypeId: id,
  start: instant,
  reason: optional(nullable(text(2000, 0)), null),
}

async function book({ req, res, user, app }: Call): Promise<void> {
  const body = readFields(req.body, fields)
  const booked = await inTransaction(app.pool, user.email, async (tx) => {
    await requirePet(tx, user, body.petId)
    const end = endOf(body.start, await minutesOf(tx, user, body.serviceTypeId))
    await requireWorkingHours(tx, user, body.vetId, body.start, end)
    const { rows } = await tx
      .query<{ id: number }>(
        `insert into appointments (clinic_id, vet_id, pet_id, service_type_id, during, reason)
         values ($1, $2, $3, $4, tstzrange($5, $6), $7) returning id`,
        [user.clinicId, body.vetId, body.petId, body.serviceTypeId, body.start, end, body.reason],
      )
      .catch(refuseBookingConflicts)
    return visibleAppointment(tx, user, rows[0]!.id)
  })
  await tellOwner(app, user, booked, 'appointment-booked')
  res.status(201).location(`/api/appointments/${booked.id}`).json(toAppointment(booked))
}

/** Another time, vet or service; what is not sent stays. The length follows from the service. */
async function reschedule({ req, res, user, app }: Call): Promise<void> {
  const appointmentId = idParam(req, 'id', 'appointment')
  const { petId: _, ...changeable } = fields
  const body = readChanges(req.body, changeable)
  const changed = await inTransaction(app.pool, user.email, async (tx) => {
    const was = await visibleAppointment(tx, user, appointmentId, 'lock')
    if (was.status !== 'booked') throw notOpen(was.status)
    const vetId = body.vetId ?? was.vet_id
    const serviceTypeId = body.serviceTypeId ?? was.service_type_id
    const start = body.start ?? was.starts_at
    const end = endOf(start, await minutesOf(tx, user, serviceTypeId))
    await requireWorkingHours(tx, user, vetId, start, end)
    const reason = body.reason === undefined ? was.reason : body.reason
    await tx
      .query(
        `update appointments
         set vet_id = $2, service_type_id = $3, during = tstzrange($4, $5), reason = $6
         where id = $1`,
        [appointmentId, vetId, serviceTypeId, start, end, reason],
      )
      .catch(refuseBookingConflicts)
    return visibleAppointment(tx, user, appointmentId)
  })
  res.json(toAppointment(changed))
}

async function cancel({ req, res, user, app }: Call): Promise<void> {
  const appointmentId = idParam(req, 'id', 'appointment')
  const cancelled = await inTransaction(app.pool, user.email, async (tx) => {
    const was = await visibleAppointment(tx, user, appointmentId, 'lock')
    if (was.status !== 'booked') throw notOpen(was.status)
    await tx.query("update appointments set status = 'cancelled' where id = $1", [appointmentId])
    return visibleAppointment(tx, user, appointmentId)
  })
  res.json(toAppointment(cancelled))
}
