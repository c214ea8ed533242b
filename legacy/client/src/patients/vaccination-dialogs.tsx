import { useApi } from '../api/context.tsx'
import type { Vaccination, VaccinationChanges, VaccinationStatus } from '../api/patients.ts'
import { useToday } from '../app/clinic.tsx'
import { isoOfWritten, writtenOfIso } from '../time/days.ts'
import { Dialog } from '../ui/dialog.tsx'
import { SelectField, TextField } from '../ui/fields.tsx'
import { Form, FormEnd } from '../ui/form.tsx'
import type { Values } from '../ui/values.ts'
import { useToasts } from '../ui/toasts.tsx'
import { changed } from './pet-changes.ts'

interface AddProps {
  readonly petId: number
  readonly onClose: () => void
}

export function AddVaccination({ petId, onClose }: AddProps) {
  const { client, cache } = useApi()
  const { tell } = useToasts()
  const today = useToday()
  return (
    <Dialog title="Add vaccination" onClose={onClose}>
      <Form
        label="Add vaccination"
        submit={async (values) => {
          const said = vaccinationIn(values)
          await client.post(`/pets/${petId}/vaccinations`, said)
          cache.invalidate('/pets')
          tell(`${said.vaccine} is on file.`)
          onClose()
        }}
      >
        <VaccinationFields given={today} hint="Leave this empty if it is only planned." />
        <FormEnd onCancel={onClose}>Add vaccination</FormEnd>
      </Form>
    </Dialog>
  )
}

interface OneProps {
  readonly one: Vaccination
  readonly onClose: () => void
}

/** The quick way: it was given, on this day, from this batch. */
export function MarkVaccination({ one, onClose }: OneProps) {
  const { client, cache } = useApi()
  const { tell } = useToasts()
  const today = useToday()
  return (
    <Dialog title={`Mark ${one.vaccine} as given`} width="narrow" onClose={onClose}>
      <Form
        label="Mark as given"
        submit={async (values) => {
          await client.patch(`/vaccinations/${one.id}`, {
            givenOn: dayIn(values, 'givenOn'),
            batch: values.optional('batch'),
          })
          cache.invalidate('/pets')
          tell(`${one.vaccine} is marked as given.`)
          onClose()
        }}
      >
        <TextField name="givenOn" label="Given on" type="date" required defaultValue={today} />
        <TextField name="batch" label="Batch" maxLength={100} defaultValue={one.batch ?? ''} />
        <FormEnd onCancel={onClose}>Mark as given</FormEnd>
      </Form>
    </Dialog>
  )
}

export function EditVaccination({ one, onClose }: OneProps) {
  const { client, cache } = useApi()
  const { tell } = useToasts()
  return (
    <Dialog title={`Edit ${one.vaccine}`} onClose={onClose}>
      <Form
        label="Edit vaccination"
        submit={async (values) => {
          const status = values.raw('status') as VaccinationStatus
          const changes = changed({ ...vaccinationIn(values), status }, one)
          if (Object.keys(changes).length > 0) {
            await client.patch(`/vaccinations/${one.id}`, changes)
            cache.invalidate('/pets')
            tell(`${one.vaccine} is saved.`)
          }
          onClose()
        }}
      >
        <VaccinationFields one={one} given={isoOfWritten(one.givenOn) ?? ''}>
          <SelectField
            name="status"
            label="Status"
            defaultValue={one.status}
            options={[
              { value: 'done', text: 'Done' },
              { value: 'due', text: 'Due' },
              { value: 'overdue', text: 'Overdue' },
            ]}
          />
        </VaccinationFields>
        <FormEnd onCancel={onClose}>Save</FormEnd>
      </Form>
    </Dialog>
  )
}

interface FieldsProps {
  readonly one?: Vaccination
  readonly given: string
  readonly hint?: string
  readonly children?: React.ReactNode
}

function VaccinationFields({ one, given, hint, children }: FieldsProps) {
  return (
    <div className="columns">
      <TextField
        name="vaccine"
        label="Vaccine"
        required
        isWide={!children}
        maxLength={100}
        defaultValue={one?.vaccine}
      />
      {children}
      <TextField name="givenOn" label="Given on" type="date" defaultValue={given} hint={hint} />
      <TextField
        name="dueOn"
        label="Next due on"
        type="date"
        defaultValue={isoOfWritten(one?.dueOn ?? null) ?? ''}
      />
      <TextField name="batch" label="Batch" maxLength={100} defaultValue={one?.batch ?? ''} />
      <TextField name="price" label="Price" inputMode="decimal" defaultValue={one?.price ?? ''} />
    </div>
  )
}

function vaccinationIn(values: Values): VaccinationChanges {
  return {
    vaccine: values.text('vaccine'),
    givenOn: dayIn(values, 'givenOn'),
    dueOn: dayIn(values, 'dueOn'),
    batch: values.optional('batch'),
    price: values.optional('price')?.replace(',', '.') ?? null,
  }
}

function dayIn(values: Values, name: string): string | null {
  const day = values.optional(name)
  return day && writtenOfIso(day)
}
