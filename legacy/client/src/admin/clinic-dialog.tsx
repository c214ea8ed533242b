import type { Clinic } from '../api/appointments.ts'
import { useApi } from '../api/context.tsx'
import { attributesWith, changed, kept } from '../patients/pet-changes.ts'
import { textIn } from '../patients/words.ts'
import { Dialog } from '../ui/dialog.tsx'
import { SelectField, TextField } from '../ui/fields.tsx'
import { Form, FormEnd } from '../ui/form.tsx'
import { useToasts } from '../ui/toasts.tsx'
import type { Values } from '../ui/values.ts'
import { dayKeys, days, hoursOn, openingHours } from './opening-hours.ts'

interface ClinicDialogProps {
  /** Missing for a new one. */
  readonly clinic?: Clinic
  readonly onClose: () => void
}

const zones = Intl.supportedValuesOf('timeZone')

export function ClinicDialog({ clinic, onClose }: ClinicDialogProps) {
  const { client, cache } = useApi()
  const { tell } = useToasts()
  const zone = clinic?.timezone ?? 'Europe/London'
  const part = (key: string) => textIn(clinic?.address ?? null, key)

  async function save(values: Values): Promise<void> {
    const said = clinicIn(values, clinic)
    if (clinic) await client.patch(`/clinics/${clinic.id}`, changed(said, clinic))
    else await client.post('/clinics', said)
    cache.invalidate('/clinics')
    tell(`${said.name} is saved.`)
    onClose()
  }

  return (
    <Dialog title={clinic ? `Edit ${clinic.name}` : 'New clinic'} onClose={onClose}>
      <Form label={clinic ? 'Edit clinic' : 'New clinic'} submit={save}>
        <div className="columns">
          <TextField
            name="name"
            label="Name"
            required
            isWide
            maxLength={200}
            defaultValue={clinic?.name}
          />
          <TextField name="street" label="Street" isWide defaultValue={part('street')} />
          <TextField name="postcode" label="Postcode" defaultValue={part('postcode')} />
          <TextField name="city" label="City" defaultValue={part('city')} />
          <TextField
            name="phone"
            label="Phone"
            type="tel"
            maxLength={50}
            defaultValue={clinic?.phone ?? ''}
          />
          <SelectField
            name="timezone"
            label="Time zone"
            options={[...new Set([zone, ...zones])].map((one) => ({
              value: one,
              text: one.replaceAll('_', ' '),
            }))}
            defaultValue={zone}
          />
        </div>
        <OpeningHours hours={clinic?.openingHours ?? {}} />
        <FormEnd onCancel={onClose}>{clinic ? 'Save' : 'Add clinic'}</FormEnd>
      </Form>
    </Dialog>
  )
}

function OpeningHours({ hours }: { hours: Clinic['openingHours'] }) {
  return (
    <fieldset className="hours-fields">
      <legend>Opening hours</legend>
      <p className="hint">A day without times is closed.</p>
      {dayKeys.map((day) => {
        const open = hoursOn(hours, day)
        return (
          <div key={day} className="hours-row">
            <span>{days[day]}</span>
            <input
              className="input"
              type="time"
              name={`${day}-from`}
              aria-label={`${days[day]} from`}
              defaultValue={open?.[0] ?? ''}
            />
            <span aria-hidden="true">–</span>
            <input
              className="input"
              type="time"
              name={`${day}-to`}
              aria-label={`${days[day]} to`}
              defaultValue={open?.[1] ?? ''}
            />
          </div>
        )
      })}
    </fieldset>
  )
}

function clinicIn(values: Values, clinic: Clinic | undefined) {
  return {
    name: kept(values.raw('name'), clinic?.name),
    address: attributesWith(clinic?.address ?? {}, {
      street: values.text('street'),
      postcode: values.text('postcode'),
      city: values.text('city'),
    }),
    phone: values.optional('phone'),
    openingHours: openingHours(clinic?.openingHours ?? {}, (day, end) =>
      values.raw(`${day}-${end}`),
    ),
    timezone: values.raw('timezone'),
  }
}
