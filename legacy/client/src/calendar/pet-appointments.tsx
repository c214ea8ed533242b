import { useState } from 'react'
import type { Appointment } from '../api/appointments.ts'
import type { Pet } from '../api/patients.ts'
import { useToday } from '../app/clinic.tsx'
import { addDays } from '../time/days.ts'
import { Button } from '../ui/button.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { AppointmentDialog } from './appointment-dialog.tsx'
import { AppointmentList } from './appointment-list.tsx'
import { BookingDialog } from './booking-dialog.tsx'
import { useAppointments } from './queries.ts'

/** The appointments of a pet around today. */
export function PetAppointments({ pet }: { pet: Pet }) {
  const today = useToday()
  const [isBooking, setBooking] = useState(false)
  const [shown, setShown] = useState<Appointment>()
  const appointments = useAppointments({
    from: addDays(today, -20),
    to: addDays(today, 42),
    petId: pet.id,
  })
  return (
    <>
      <div className="card-head">
        <h2 id="visits">Appointments</h2>
        <Button size="small" icon="plus" onClick={() => setBooking(true)}>
          Book appointment
        </Button>
      </div>
      <Loaded what="appointments" from={appointments} lines={2}>
        {({ appointments }) =>
          appointments.length === 0 ? (
            <Empty icon="calendar" title="None in these weeks" />
          ) : (
            <AppointmentList appointments={appointments.toReversed()} onShow={setShown} />
          )
        }
      </Loaded>
      {isBooking && (
        <BookingDialog
          start={{ day: addDays(today, 1), pet: { id: String(pet.id), text: pet.name } }}
          onClose={() => setBooking(false)}
        />
      )}
      {shown && <AppointmentDialog appointment={shown} onClose={() => setShown(undefined)} />}
    </>
  )
}
