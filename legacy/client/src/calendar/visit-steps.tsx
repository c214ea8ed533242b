import { useState } from 'react'
import type { Appointment } from '../api/appointments.ts'
import { useApi, useUser } from '../api/context.tsx'
import { checkIn } from '../api/records.ts'
import { may } from '../app/permissions.ts'
import { Button } from '../ui/button.tsx'
import { useToasts } from '../ui/toasts.tsx'

export type VisitStep = 'reschedule' | 'cancel' | 'complete'

interface AppointmentProps {
  readonly appointment: Appointment
  readonly onClose: () => void
}

interface StepsProps extends AppointmentProps {
  readonly onOpen: (step: VisitStep) => void
}

/** What can be done next: a visit is booked, checked in, completed, unless it is cancelled. */
export function VisitSteps({ appointment, onOpen, onClose }: StepsProps) {
  const { role } = useUser()
  if (appointment.status === 'checked_in' && may(role, 'write records')) {
    return (
      <div className="form-end">
        <Button look="primary" icon="check" onClick={() => onOpen('complete')}>
          Complete visit
        </Button>
      </div>
    )
  }
  if (appointment.status !== 'booked') return null
  return (
    <div className="form-end">
      <Button look="danger" onClick={() => onOpen('cancel')}>
        Cancel appointment
      </Button>
      {may(role, 'reschedule appointments') && (
        <Button icon="clock" onClick={() => onOpen('reschedule')}>
          Reschedule
        </Button>
      )}
      {may(role, 'check in') && <CheckIn appointment={appointment} onClose={onClose} />}
    </div>
  )
}

/** The animal is in the waiting room. */
function CheckIn({ appointment, onClose }: AppointmentProps) {
  const { client, cache } = useApi()
  const { tell, fail } = useToasts()
  const [isBusy, setBusy] = useState(false)

  async function checkInNow(): Promise<void> {
    setBusy(true)
    try {
      await checkIn(client, appointment.id)
      tell(`${appointment.petName} is checked in.`)
      onClose()
    } catch (thrown) {
      fail(thrown)
      setBusy(false)
    } finally {
      cache.invalidate('/calendar')
    }
  }

  return (
    <Button look="primary" icon="check" isBusy={isBusy} onClick={() => void checkInNow()}>
      Check in
    </Button>
  )
}
