import { bookAppointment } from '../api/appointments.ts'
import { useApi } from '../api/context.tsx'
import { useClinic } from '../app/clinic.tsx'
import { findPets } from '../patients/find-pets.ts'
import { useSpecies } from '../patients/use-species.ts'
import { Combobox, type Choice } from '../ui/combobox.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { useToasts } from '../ui/toasts.tsx'
import { scheduleKeys } from './queries.ts'
import { type VisitStart, VisitForm } from './visit-form.tsx'
import { clockAt, dayOf } from './words.ts'

export interface BookingStart extends VisitStart {
  readonly pet?: Choice
}

interface BookingProps {
  /** What is known already. */
  readonly start: BookingStart
  readonly onClose: () => void
}

export function BookingDialog({ start, onClose }: BookingProps) {
  const { client, cache } = useApi()
  const { timezone } = useClinic()
  const { tell } = useToasts()
  const species = useSpecies().value
  return (
    <Dialog title="Book appointment" onClose={onClose}>
      <VisitForm
        label="Book appointment"
        action="Book"
        start={start}
        onCancel={onClose}
        submit={async (visit, values) => {
          try {
            const petId = Number(values.text('petId'))
            const booked = await bookAppointment(client, { petId, ...visit })
            const when = `${dayOf(booked.start, timezone)}, ${clockAt(booked.start, timezone)}`
            tell(`${booked.petName} is booked for ${when}, ${booked.vetName}.`)
          } finally {
            cache.invalidate(...scheduleKeys)
          }
          onClose()
        }}
      >
        <Combobox
          name="petId"
          label="Patient"
          placeholder="Search by name or microchip"
          chosen={start.pet}
          search={(text, signal) => findPets(client, text, signal, species)}
        />
      </VisitForm>
    </Dialog>
  )
}
