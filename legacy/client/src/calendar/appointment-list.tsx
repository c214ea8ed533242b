import type { Appointment } from '../api/appointments.ts'
import { useClinic } from '../app/clinic.tsx'
import { dayInWords } from '../time/days.ts'
import { localTime } from '../time/zone.ts'
import { Badge } from '../ui/badge.tsx'
import { appointmentLabel, clocksOf, dayOf, statusNames, statusTones } from './words.ts'

interface ListProps {
  readonly appointments: readonly Appointment[]
  readonly onShow: (appointment: Appointment) => void
}

/** Appointments one below the other, each with its day as a leaf of a calendar. */
export function AppointmentList({ appointments, onShow }: ListProps) {
  const { timezone } = useClinic()
  return (
    <ul className="visits" aria-label="Appointments">
      {appointments.map((one) => {
        const { day } = localTime(one.start, timezone)
        return (
          <li key={one.id}>
            <button
              type="button"
              className={`visit ${one.status}`}
              aria-label={`${dayOf(one.start, timezone)}, ${appointmentLabel(one, timezone)}`}
              onClick={() => onShow(one)}
            >
              <span className="leaf">
                <small>{dayInWords(day, { month: 'short' })}</small>
                <b>{Number(day.slice(8))}</b>
                <small>{dayInWords(day, { weekday: 'short' })}</small>
              </span>
              <span className="visit-text">
                <b>
                  {clocksOf(one, timezone)} {one.serviceName}
                </b>
                <small>
                  {one.petName} · {one.vetName}
                  {one.reason && ` · ${one.reason}`}
                </small>
              </span>
              <Badge tone={statusTones[one.status]}>{statusNames[one.status]}</Badge>
            </button>
          </li>
        )
      })}
    </ul>
  )
}
