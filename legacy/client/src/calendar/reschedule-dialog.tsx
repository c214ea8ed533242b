import { type Appointment, changeAppointment } from '../api/appointments.ts'
import { useApi } from '../api/context.tsx'
import { useClinic } from '../app/clinic.tsx'
import { localTime } from '../time/zone.ts'
import { Dialog } from '../ui/dialog.tsx'
import { useToasts } from '../ui/toasts.tsx'
import { scheduleKeys } from './queries.ts'
import { VisitForm } from './visit-form.tsx'
import { clockAt, dayOf } from './words.ts'

interface RescheduleProps {
  readonly appointment: Appointment
  readonly onClose: () => void
}

export function RescheduleDialog({ appointment, onClose }: RescheduleProps) {
  const { client, cache } = useApi()
  const { timezone } = useClinic()
  const { tell } = useToasts()
  const { id, petName, ownerName, vetId, serviceTypeId, start, reason } = appointment
  return (
    <Dialog title={`Reschedule ${petName}`} onClose={onClose}>
      <VisitForm
        label="Reschedule appointment"
        action="Save"
        start={{
          vetId,
          serviceTypeId,
          day: localTime(start, timezone).day,
          time: clockAt(start, timezone),
          reason,
        }}
        onCancel={onClose}
        submit={async (visit) => {
          try {
            const changed = await changeAppointment(client, id, visit)
            const when = `${dayOf(changed.start, timezone)}, ${clockAt(changed.start, timezone)}`
            tell(`${petName} is moved to ${when}, ${changed.vetName}.`)
          } finally {
            cache.invalidate(...scheduleKeys)
          }
          onClose()
        }}
      >
        <p className="wide">
          {petName} of {ownerName}
        </p>
      </VisitForm>
    </Dialog>
  )
}
