import type { Appointment } from '../api/appointments.ts'
import { useApi, useGet } from '../api/context.tsx'
import type { Reminder } from '../api/records.ts'
import { dayInWords, shortDay } from '../time/days.ts'
import { Form, FormProblem, SubmitButton } from '../ui/form.tsx'
import { useToasts } from '../ui/toasts.tsx'

interface Reminders {
  readonly reminders: readonly Reminder[]
}

/** When the owner was reminded of a visit, and a button to do it now. */
export function Reminders({ appointment }: { appointment: Appointment }) {
  const { client, cache } = useApi()
  const { tell } = useToasts()
  const path = `/appointments/${appointment.id}/reminders`
  const { reminders = [] } = useGet<Reminders>(path).value ?? {}
  return (
    <Form
      label="Reminders"
      className="reminders"
      submit={async () => {
        await client.post(path)
        cache.invalidate(path)
        tell(`The owner of ${appointment.petName} is reminded.`)
      }}
    >
      <FormProblem />
      <span className="hint">
        {reminders.length === 0
          ? 'Nobody was reminded yet.'
          : `Reminded on ${reminders.map(({ remindOn }) => dayInWords(remindOn, shortDay)).join(', ')}.`}
      </span>
      <SubmitButton look="plain" size="small">
        Remind owner
      </SubmitButton>
    </Form>
  )
}
