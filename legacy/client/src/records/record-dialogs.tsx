import { useState } from 'react'
import { useApi } from '../api/context.tsx'
import type { MedicalRecord, Treatment } from '../api/records.ts'
import { useToday } from '../app/clinic.tsx'
import { changed } from '../patients/pet-changes.ts'
import { ConfirmDialog, Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/fields.tsx'
import { Form, FormEnd } from '../ui/form.tsx'
import { useToasts } from '../ui/toasts.tsx'
import { recordIn, treatmentIn } from './record-changes.ts'
import { RecordFields } from './record-fields.tsx'
import { LineFields } from './treatment-fields.tsx'

interface NewProps {
  readonly petId: number
  readonly onClose: () => void
}

/** A visit that nobody booked: an emergency, or a call. */
export function NewRecordDialog({ petId, onClose }: NewProps) {
  const { client, cache } = useApi()
  const { tell } = useToasts()
  const today = useToday()
  return (
    <Dialog title="New record" onClose={onClose}>
      <Form
        label="New record"
        submit={async (values) => {
          const visitedOn = values.raw('visitedOn')
          await client.post('/records', { petId, visitedOn, ...recordIn(values) })
          cache.invalidate('/records', '/pets')
          tell('The record is saved.')
          onClose()
        }}
      >
        <TextField
          name="visitedOn"
          label="Seen on"
          type="date"
          required
          max={today}
          defaultValue={today}
          hint="What was booked is written down from its appointment instead."
        />
        <RecordFields />
        <FormEnd onCancel={onClose}>Save</FormEnd>
      </Form>
    </Dialog>
  )
}

interface OneProps {
  readonly record: MedicalRecord
  readonly onClose: () => void
}

export function EditRecordDialog({ record, onClose }: OneProps) {
  const { client, cache } = useApi()
  const { tell } = useToasts()
  return (
    <Dialog title="Edit record" onClose={onClose}>
      <Form
        label="Edit record"
        submit={async (values) => {
          const { weightKg } = record
          const before = { ...record, weightKg: weightKg === null ? null : String(weightKg) }
          const changes = changed(recordIn(values, before), before)
          if (Object.keys(changes).length > 0) {
            await client.patch(`/records/${record.id}`, changes)
            cache.invalidate('/records', '/pets')
            tell('The record is saved.')
          }
          onClose()
        }}
      >
        <RecordFields record={record} />
        <FormEnd onCancel={onClose}>Save</FormEnd>
      </Form>
    </Dialog>
  )
}

export function AddTreatmentDialog({ record, onClose }: OneProps) {
  const { client, cache } = useApi()
  const { tell } = useToasts()
  const [isStock, setStock] = useState(true)
  const line = { key: 0, isStock }
  return (
    <Dialog title="Add treatment" onClose={onClose}>
      <Form
        label="Add treatment"
        submit={async (values) => {
          await client.post(`/records/${record.id}/treatments`, treatmentIn(values, line))
          cache.invalidate('/records', '/inventory')
          tell('The treatment is on file.')
          onClose()
        }}
      >
        <div className="segments" role="group" aria-label="What kind">
          <button type="button" aria-pressed={isStock} onClick={() => setStock(true)}>
            From stock
          </button>
          <button type="button" aria-pressed={!isStock} onClick={() => setStock(false)}>
            Something else
          </button>
        </div>
        <LineFields key={String(isStock)} line={line} number={1} />
        <FormEnd onCancel={onClose}>Add treatment</FormEnd>
      </Form>
    </Dialog>
  )
}

interface DeleteProps {
  readonly treatment: Treatment
  readonly onClose: () => void
}

export function DeleteTreatmentDialog({ treatment, onClose }: DeleteProps) {
  const { client, cache } = useApi()
  const { tell } = useToasts()
  return (
    <ConfirmDialog
      title={`Delete ${treatment.description}?`}
      action="Delete treatment"
      onClose={onClose}
      confirm={async () => {
        await client.remove(`/treatments/${treatment.id}`)
        cache.invalidate('/records')
        tell(`${treatment.description} is deleted.`)
      }}
    >
      It is no longer charged. What was taken out of stock stays taken: adjust the stock if it is
      back on the shelf.
    </ConfirmDialog>
  )
}
