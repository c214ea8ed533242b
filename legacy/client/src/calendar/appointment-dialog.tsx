import { useState } from 'react'
import { Link } from 'react-router'
import { type Appointment, cancelAppointment } from '../api/appointments.ts'
import { useApi, useUser } from '../api/context.tsx'
import { useClinic } from '../app/clinic.tsx'
import { may } from '../app/permissions.ts'
import { CompleteDialog } from '../records/complete-dialog.tsx'
import { Reminders } from '../records/reminders.tsx'
import { Badge } from '../ui/badge.tsx'
import { ConfirmDialog, Dialog } from '../ui/dialog.tsx'
import { useToasts } from '../ui/toasts.tsx'
import { scheduleKeys } from './queries.ts'
import { RescheduleDialog } from './reschedule-dialog.tsx'
import { type VisitStep, VisitSteps } from './visit-steps.tsx'
import { clocksOf, dayOf, statusNames, statusTones } from './words.ts'

interface AppointmentProps {
  readonly appointment: Appointment
  readonly onClose: () => void
}

/** All about one appointment, and what can be done with it. */
export function AppointmentDialog({ appointment, onClose }: AppointmentProps) {
  const { timezone } = useClinic()
  const { role } = useUser()
  const [open, setOpen] = useState<VisitStep>()
  const isBooked = appointment.status === 'booked'
  if (open === 'reschedule') {
    return <RescheduleDialog appointment={appointment} onClose={onClose} />
  }
  if (open === 'complete') return <CompleteDialog appointment={appointment} onClose={onClose} />
  if (open === 'cancel') return <CancelDialog appointment={appointment} onClose={onClose} />
  return (
    <Dialog title={`Appointment of ${appointment.petName}`} width="narrow" onClose={onClose}>
      <p className="visit-when">
        <b>{clocksOf(appointment, timezone)}</b>
        <span>{dayOf(appointment.start, timezone)}</span>
        <Badge tone={statusTones[appointment.status]}>{statusNames[appointment.status]}</Badge>
      </p>
      <dl className="visit-facts">
        <dt>Patient</dt>
        <dd>
          <Link to={`/patients/${appointment.petId}`}>{appointment.petName}</Link>
        </dd>
        <dt>Owner</dt>
        <dd>{appointment.ownerName}</dd>
        <dt>Service</dt>
        <dd>{appointment.serviceName}</dd>
        <dt>Veterinarian</dt>
        <dd>{appointment.vetName}</dd>
        <dt>Reason</dt>
        <dd>{appointment.reason || <span className="none">–</span>}</dd>
      </dl>
      {isBooked && may(role, 'check in') && <Reminders appointment={appointment} />}
      <VisitSteps appointment={appointment} onOpen={setOpen} onClose={onClose} />
    </Dialog>
  )
}

function CancelDialog({ appointment, onClose }: AppointmentProps) {
  const { client, cache } = useApi()
  const { timezone } = useClinic()
  const { tell } = useToasts()
  return (
    <ConfirmDialog
      title="Cancel this appointment?"
      action="Cancel appointment"
      onClose={onClose}
      confirm={async () => {
        try {
          await cancelAppointment(client, appointment.id)
        } finally {
          cache.invalidate(...scheduleKeys)
        }
        tell(`The appointment of ${appointment.petName} is cancelled.`)
      }}
    >
      {appointment.petName}, {appointment.serviceName}, {dayOf(appointment.start, timezone)},{' '}
      {clocksOf(appointment, timezone)}. The time is free again then.
    </ConfirmDialog>
  )
}
