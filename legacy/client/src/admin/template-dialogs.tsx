import { type Account, accountsOf } from '../api/admin.ts'
import { useApi, useResource, useUser } from '../api/context.tsx'
import type { Template } from '../api/notifications.ts'
import { roleNames } from '../app/role-names.ts'
import { kindInWords, wordsIn } from '../inbox/words.ts'
import { counted } from '../time/days.ts'
import { Dialog } from '../ui/dialog.tsx'
import { CheckField, TextArea, TextField } from '../ui/fields.tsx'
import { Form, FormEnd } from '../ui/form.tsx'
import { Loaded } from '../ui/states.tsx'
import { useToasts } from '../ui/toasts.tsx'
import type { Values } from '../ui/values.ts'

interface TemplateDialogProps {
  /** Missing for a new one. */
  readonly template?: Template
  readonly onClose: () => void
}

export function TemplateDialog({ template, onClose }: TemplateDialogProps) {
  const { client, cache } = useApi()
  const { tell } = useToasts()

  async function save(values: Values): Promise<void> {
    const key = template?.key ?? values.text('key')
    await client.put(`/notification-templates/${key}`, {
      subject: values.text('subject'),
      body: values.text('body'),
    })
    cache.invalidate('/notification-templates', '/notification-preferences')
    tell(`${kindInWords(key)} is saved.`)
    onClose()
  }

  return (
    <Dialog
      title={template ? `Edit ${kindInWords(template.key)}` : 'New message'}
      onClose={onClose}
    >
      <Form label={template ? 'Edit message' : 'New message'} submit={save}>
        {!template && (
          <TextField
            name="key"
            label="Occasion"
            required
            maxLength={60}
            pattern="[a-z][a-z0-9\-]*"
            placeholder="summer-closing"
            hint="Small letters, digits and hyphens, a letter first."
          />
        )}
        <TextField
          name="subject"
          label="Subject"
          required
          maxLength={200}
          defaultValue={template?.subject}
        />
        <TextArea
          name="body"
          label="Text"
          rows={6}
          required
          maxLength={10_000}
          hint="Words in double braces, like {{pet}}, are filled in when it is sent."
          defaultValue={template?.body}
        />
        <FormEnd onCancel={onClose}>{template ? 'Save' : 'Add message'}</FormEnd>
      </Form>
    </Dialog>
  )
}

interface SendProps {
  readonly template: Template
  readonly onClose: () => void
}

interface Sent {
  readonly sent: number
  readonly mailed: number
}

export function SendDialog({ template, onClose }: SendProps) {
  const { client } = useApi()
  const { tell } = useToasts()
  const { clinicId } = useUser()
  const people = useResource(`/users#of-${clinicId}`, () => accountsOf(client, { clinicId }))
  const words = wordsIn([template.subject, template.body])

  async function send(values: Values): Promise<void> {
    const data = Object.fromEntries(words.map((word) => [word, values.text(`data-${word}`)]))
    const userIds = values.all('userIds').map(Number)
    const said = { userIds, template: template.key, data }
    const { sent, mailed } = await client.post<Sent>('/notifications', said)
    tell(`Sent to ${counted(sent, 'inbox', 'inboxes')}, ${counted(mailed, 'mail')} went out.`)
    onClose()
  }

  return (
    <Dialog title={`Send ${kindInWords(template.key)}`} onClose={onClose}>
      <Form label="Send message" submit={send}>
        <div className="columns">
          {words.map((word) => (
            <TextField key={word} name={`data-${word}`} label={kindInWords(word)} />
          ))}
        </div>
        <fieldset className="people">
          <legend>To</legend>
          <Loaded what="people" from={people} lines={3}>
            {(people) => people.filter(({ active }) => active).map(Person)}
          </Loaded>
        </fieldset>
        <FormEnd onCancel={onClose}>Send</FormEnd>
      </Form>
    </Dialog>
  )
}

const Person = ({ id, name, role }: Account) => (
  <CheckField key={id} name="userIds" value={id} label={`${name}, ${roleNames[role]}`} />
)
