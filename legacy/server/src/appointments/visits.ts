import { inTransaction } from '../db/transaction.ts'
import { dayOf } from '../http/dates.ts'
import { conflict } from '../http/errors.ts'
import { readFields } from '../http/fields.ts'
import { idParam } from '../http/params.ts'
import type { App, Call, User } from '../http/route.ts'
import { recordColumns, type Treatment, treatments, written } from '../records/fields.ts'
import { describeRecord, visibleRecord } from '../records/model.ts'
import { insertRecord, insertTreatment, takeStock } from '../records/write.ts'
import { notOpen, toAppointment, visibleAppointment } from './model.ts'

/** The animal is in the waiting room. */
export async function checkIn({ req, res, user, app }: Call): Promise<void> {
  const appointmentId = idParam(req, 'id', 'appointment')
  const arrived = await inTransaction(app.pool, user.email, async (tx) => {
    const was = await visibleAppointment(tx, user, appointmentId, 'lock')
    if (was.status !== 'booked') throw notOpen(was.status)
    await tx.query("update appointments set status = 'checked_in' where id = $1", [appointmentId])
    return visibleAppointment(tx, user, appointmentId)
  })
  res.json(toAppointment(arrived))
}

/**
 * What was found and done goes into the pet's history in one transaction with the end of the visit.
 * Stock is taken in a second one: a shelf that was not counted must not keep a vet from writing.
 */
export async function complete({ req, res, user, app }: Call): Promise<void> {
  const appointmentId = idParam(req, 'id', 'appointment')
  const { treatments: given, ...body } = readFields(req.body, { ...written, treatments })
  const done = await inTransaction(app.pool, user.email, async (tx) => {
    const was = await visibleAppointment(tx, user, appointmentId, 'lock')
    if (was.status !== 'checked_in') throw notCheckedIn(was.status)
    const recordId = await insertRecord(tx, {
      clinic_id: was.clinic_id,
      pet_id: was.pet_id,
      vet_id: was.vet_id,
      appointment_id: appointmentId,
      visited_on: dayOf(was.starts_at),
      ...recordColumns(body),
    })
    for (const each of given) await insertTreatment(tx, user, recordId, each)
    await tx.query("update appointments set status = 'completed' where id = $1", [appointmentId])
    return {
      appointment: toAppointment(await visibleAppointment(tx, user, appointmentId)),
      record: await describeRecord(tx, await visibleRecord(tx, user, recordId)),
    }
  })
  res.json({ ...done, stockTaken: await takeAll(app, user, given, appointmentId) })
}

/** All of it or nothing; what could not be taken is logged, and somebody counts. */
async function takeAll(
  app: App,
  user: User,
  given: readonly Treatment[],
  appointmentId: number,
): Promise<boolean> {
  try {
    await inTransaction(app.pool, user.email, (tx) => takeStock(tx, user, given, appointmentId))
    return true
  } catch (error) {
    app.log.error('stock was not taken', error, { appointment: appointmentId })
    return false
  }
}

const notCheckedIn = (status: string) =>
  conflict('NOT_CHECKED_IN', `The appointment is ${status.replace('_', ' ')}`)
