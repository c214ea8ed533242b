import { useNavigate } from 'react-router'
import { useApi } from '../api/context.tsx'
import type { Owner } from '../api/patients.ts'
import { ConfirmDialog, Dialog } from '../ui/dialog.tsx'
import { CheckField, TextArea, TextField } from '../ui/fields.tsx'
import { Form, FormEnd } from '../ui/form.tsx'
import type { Values } from '../ui/values.ts'
import { useToasts } from '../ui/toasts.tsx'
import { ownerChanges } from './owner-changes.ts'
import { textIn } from './words.ts'

export function NewOwnerDialog({ onClose }: { onClose: () => void }) {
  const { client, cache } = useApi()
  const { tell } = useToasts()
  const navigate = useNavigate()
  return (
    <Dialog title="New owner" onClose={onClose}>
      <OwnerForm
        label="New owner"
        action="Add owner"
        onCancel={onClose}
        submit={async (values) => {
          const owner = await client.post<Owner>('/owners', ownerChanges(values))
          cache.invalidate('/owners')
          tell(`${owner.fullName} is on file.`)
          onClose()
          await navigate(`/owners/${owner.id}`)
        }}
      />
    </Dialog>
  )
}

interface OwnerDialogProps {
  readonly owner: Owner
  readonly onClose: () => void
}

export function EditOwnerDialog({ owner, onClose }: OwnerDialogProps) {
  const { client, cache } = useApi()
  const { tell } = useToasts()
  return (
    <Dialog title={`Edit ${owner.fullName}`} onClose={onClose}>
      <OwnerForm
        label="Edit owner"
        action="Save"
        owner={owner}
        onCancel={onClose}
        submit={async (values) => {
          const changes = ownerChanges(values, owner)
          if (Object.keys(changes).length > 0) {
            const after = await client.patch<Owner>(`/owners/${owner.id}`, changes)
            cache.revise(`/owners/${owner.id}`, () => after)
            cache.invalidate('/owners', '/pets', '/calendar')
            tell(`${after.fullName} is saved.`)
          }
          onClose()
        }}
      />
    </Dialog>
  )
}

export function DeleteOwnerDialog({ owner, onClose }: OwnerDialogProps) {
  const { client, cache } = useApi()
  const { tell } = useToasts()
  const navigate = useNavigate()
  return (
    <ConfirmDialog
      title={`Delete ${owner.fullName}?`}
      action="Delete owner"
      onClose={onClose}
      confirm={async () => {
        await client.remove(`/owners/${owner.id}`)
        await navigate('/owners')
        cache.invalidate('/owners?')
        tell(`${owner.fullName} is deleted.`)
      }}
    >
      Everything on file of this owner is gone for good. Owners who have, or once had, pets here
      cannot be deleted.
    </ConfirmDialog>
  )
}

interface OwnerFormProps {
  readonly label: string
  readonly owner?: Owner
  readonly action: string
  readonly submit: (values: Values) => Promise<void>
  readonly onCancel: () => void
}

function OwnerForm({ label, owner, action, submit, onCancel }: OwnerFormProps) {
  const part = (key: string) => textIn(owner?.address ?? null, key)
  return (
    <Form label={label} submit={submit}>
      <div className="columns">
        <TextField
          name="fullName"
          label="Full name"
          required
          isWide
          maxLength={200}
          defaultValue={owner?.fullName}
        />
        <TextField
          name="email"
          label="E-mail address"
          type="email"
          hint="With an account of this address they see their pets."
          defaultValue={owner?.email ?? ''}
        />
        <TextField
          name="phone"
          label="Phone"
          type="tel"
          maxLength={50}
          defaultValue={owner?.phone ?? ''}
        />
        <TextField name="street" label="Street" isWide defaultValue={part('street')} />
        <TextField name="city" label="City" defaultValue={part('city')} />
        <TextField name="postcode" label="Postcode" defaultValue={part('postcode')} />
        <TextArea name="notes" label="Notes" rows={4} defaultValue={owner?.notes ?? ''} />
        <div className="field wide">
          <CheckField
            name="marketingOptIn"
            label="May be sent news and offers"
            defaultChecked={owner?.marketingOptIn ?? false}
          />
        </div>
      </div>
      <FormEnd onCancel={onCancel}>{action}</FormEnd>
    </Form>
  )
}
