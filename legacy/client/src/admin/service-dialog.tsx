import type { Clinic, ServiceType } from '../api/appointments.ts'
import { useApi } from '../api/context.tsx'
import { changed, kept } from '../patients/pet-changes.ts'
import { Dialog } from '../ui/dialog.tsx'
import { SelectField, TextField } from '../ui/fields.tsx'
import { Form, FormEnd } from '../ui/form.tsx'
import { useToasts } from '../ui/toasts.tsx'
import type { Values } from '../ui/values.ts'

interface ServiceDialogProps {
  /** Missing for a new one. */
  readonly service?: ServiceType
  readonly clinics: readonly Clinic[]
  readonly onClose: () => void
}

export function ServiceDialog({ service, clinics, onClose }: ServiceDialogProps) {
  const { client, cache } = useApi()
  const { tell } = useToasts()

  async function save(values: Values): Promise<void> {
    const said = serviceIn(values, service)
    const before = service && { ...service, price: service.price.toFixed(2) }
    if (before) await client.patch(`/service-types/${before.id}`, changed(said, before))
    else await client.post('/service-types', said)
    cache.invalidate('/service-types', '/availability')
    tell(`${said.name} is saved.`)
    onClose()
  }

  return (
    <Dialog title={service ? `Edit ${service.name}` : 'New service'} onClose={onClose}>
      <Form label={service ? 'Edit service' : 'New service'} submit={save}>
        <div className="columns">
          <TextField
            name="name"
            label="Name"
            required
            isWide
            maxLength={200}
            defaultValue={service?.name}
          />
          <TextField
            name="minutes"
            label="Minutes"
            type="number"
            required
            min={5}
            max={480}
            hint="Appointments that are booked already keep their length."
            defaultValue={service?.minutes ?? 20}
          />
          <TextField
            name="price"
            label="Price"
            required
            inputMode="decimal"
            defaultValue={service?.price.toFixed(2)}
          />
          <SelectField
            name="clinicId"
            label="Offered by"
            isWide
            options={[
              { value: '', text: 'Every clinic' },
              ...clinics.map(({ id, name }) => ({ value: id, text: name })),
            ]}
            defaultValue={service?.clinicId ?? ''}
          />
        </div>
        <FormEnd onCancel={onClose}>{service ? 'Save' : 'Add service'}</FormEnd>
      </Form>
    </Dialog>
  )
}

function serviceIn(values: Values, service: ServiceType | undefined) {
  const clinicId = values.raw('clinicId')
  return {
    clinicId: clinicId ? Number(clinicId) : null,
    name: kept(values.raw('name'), service?.name),
    minutes: Number(values.raw('minutes')),
    price: values.text('price').replace(',', '.'),
  }
}
