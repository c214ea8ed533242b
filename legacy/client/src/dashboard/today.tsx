import { useState } from 'react'
import type { Appointment } from '../api/appointments.ts'
import { useToday } from '../app/clinic.tsx'
import { AppointmentDialog } from '../calendar/appointment-dialog.tsx'
import { AppointmentList } from '../calendar/appointment-list.tsx'
import { useAppointments } from '../calendar/queries.ts'
import { Empty, Loaded } from '../ui/states.tsx'
import { Tiles } from './tiles.tsx'

/** Who comes today, and who is here already. */
export function Today() {
  const today = useToday()
  const calendar = useAppointments({ from: today, to: today })
  const [shown, setShown] = useState<Appointment>()
  return (
    <>
      <Tiles />
      <Loaded what="appointments" from={calendar} lines={3}>
        {({ appointments }) => (
          <section className="card" aria-labelledby="today">
            <div className="card-head">
              <h2 id="today">Today</h2>
            </div>
            <Visits all={appointments} onShow={setShown} />
          </section>
        )}
      </Loaded>
      {shown && <AppointmentDialog appointment={shown} onClose={() => setShown(undefined)} />}
    </>
  )
}

interface VisitsProps {
  readonly all: readonly Appointment[]
  readonly onShow: (appointment: Appointment) => void
}

/** What is over is told by the numbers. */
function Visits({ all, onShow }: VisitsProps) {
  const open = all.filter(({ status }) => status === 'booked' || status === 'checked_in')
  if (open.length === 0) {
    return (
      <Empty
        icon="calendar"
        title={all.length === 0 ? 'Nobody is booked today' : 'All of today’s visits are over'}
      />
    )
  }
  return <AppointmentList appointments={open} onShow={onShow} />
}
