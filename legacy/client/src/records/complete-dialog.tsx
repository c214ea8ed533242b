import { useState } from 'react'
import type { Appointment } from '../api/appointments.ts'
import { useApi } from '../api/context.tsx'
import { complete } from '../api/records.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Form, FormEnd } from '../ui/form.tsx'
import { useToasts } from '../ui/toasts.tsx'
import type { Values } from '../ui/values.ts'
import { recordIn, treatmentIn, type TreatmentLine } from './record-changes.ts'
import { RecordFields } from './record-fields.tsx'
import { TreatmentFields } from './treatment-fields.tsx'

interface CompleteProps {
  readonly appointment: Appointment
  readonly onClose: () => void
}

/** The end of a visit: what was found and done goes into the pet's history. */
export function CompleteDialog({ appointment, onClose }: CompleteProps) {
  const { client, cache } = useApi()
  const { tell, warn } = useToasts()
  const [lines, setLines] = useState<readonly TreatmentLine[]>([])
  const { petName, serviceName } = appointment

  async function save(values: Values): Promise<void> {
    const treatments = lines.map((line) => treatmentIn(values, line))
    try {
      const said = { ...recordIn(values), treatments }
      const { stockTaken } = await complete(client, appointment.id, said)
      if (stockTaken) tell(`The visit of ${petName} is completed.`)
      else warn(`The visit of ${petName} is completed, but the stock was short. Adjust it by hand.`)
    } finally {
      cache.invalidate('/calendar', '/records', '/inventory', '/pets')
    }
    onClose()
  }

  return (
    <Dialog title={`Complete ${petName}, ${serviceName}`} onClose={onClose}>
      <Form label="Complete visit" submit={save}>
        <RecordFields />
        <TreatmentFields lines={lines} onChange={setLines} />
        <FormEnd onCancel={onClose}>Complete visit</FormEnd>
      </Form>
    </Dialog>
  )
}
