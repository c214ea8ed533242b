import { useState } from 'react'
import type { Appointment } from '../api/appointments.ts'
import { useClinic, useToday } from '../app/clinic.tsx'
import { addDays } from '../time/days.ts'
import { Button } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { AppointmentDialog } from './appointment-dialog.tsx'
import { AppointmentList } from './appointment-list.tsx'
import { BookingDialog } from './booking-dialog.tsx'
import { useAppointments } from './queries.ts'

/** What an owner sees instead of the calendar. */
export function MyAppointments() {
  const today = useToday()
  const { name, phone } = useClinic()
  const [isPast, setPast] = useState(false)
  const [isBooking, setBooking] = useState(false)
  const [shown, setShown] = useState<Appointment>()
  const appointments = useAppointments(
    isPast
      ? { from: addDays(today, -62), to: addDays(today, -1) }
      : { from: today, to: addDays(today, 62) },
  )
  return (
    <Page
      title="Appointments"
      subtitle={phone ? `${name}, ${phone}` : name}
      actions={
        <Button look="primary" icon="plus" onClick={() => setBooking(true)}>
          Book appointment
        </Button>
      }
    >
      <div className="segments" role="group" aria-label="Show">
        <button type="button" aria-pressed={!isPast} onClick={() => setPast(false)}>
          Upcoming
        </button>
        <button type="button" aria-pressed={isPast} onClick={() => setPast(true)}>
          Past two months
        </button>
      </div>
      <section className="card">
        <Loaded what="appointments" from={appointments} lines={5}>
          {({ appointments }) =>
            appointments.length === 0 ? (
              <Empty
                icon="calendar"
                title={isPast ? 'No appointments lately' : 'No appointments ahead'}
              />
            ) : (
              <AppointmentList
                appointments={isPast ? appointments.toReversed() : appointments}
                onShow={setShown}
              />
            )
          }
        </Loaded>
      </section>
      {isBooking && (
        <BookingDialog start={{ day: addDays(today, 1) }} onClose={() => setBooking(false)} />
      )}
      {shown && <AppointmentDialog appointment={shown} onClose={() => setShown(undefined)} />}
    </Page>
  )
}
