import type { Account } from '../api/admin.ts'
import type { Clinic } from '../api/appointments.ts'
import { useApi, useUser } from '../api/context.tsx'
import type { Role } from '../api/session.ts'
import { roleNames, roleOptions } from '../app/role-names.ts'
import { changed, kept } from '../patients/pet-changes.ts'
import { ConfirmDialog, Dialog } from '../ui/dialog.tsx'
import { SelectField, TextField } from '../ui/fields.tsx'
import { Form, FormEnd } from '../ui/form.tsx'
import { useToasts } from '../ui/toasts.tsx'
import type { Values } from '../ui/values.ts'

interface UserDialogProps {
  readonly clinics: readonly Clinic[]
  /** Missing for a new one. */
  readonly account?: Account
  readonly onClose: () => void
}

export function UserDialog({ clinics, account, onClose }: UserDialogProps) {
  const { client, cache } = useApi()
  const { tell } = useToasts()
  const { clinicId } = useUser()

  async function save(values: Values): Promise<void> {
    const said = userIn(values, account)
    const password = values.raw('password')
    const secret = password ? { password } : {}
    if (account)
      await client.patch(`/users/${account.id}`, { ...changed(said, account), ...secret })
    else await client.post('/users', { ...said, ...secret })
    cache.invalidate('/users')
    tell(`${said.name} is saved.`)
    onClose()
  }

  return (
    <Dialog title={account ? `Edit ${account.name}` : 'New user'} onClose={onClose}>
      <Form label={account ? 'Edit user' : 'New user'} submit={save}>
        <div className="columns">
          <TextField
            name="name"
            label="Name"
            required
            isWide
            maxLength={200}
            defaultValue={account?.name}
          />
          <TextField
            name="email"
            label="E-mail address"
            type="email"
            required
            isWide
            hint="Owners see the animals of the owner with this address."
            defaultValue={account?.email}
          />
          <SelectField
            name="role"
            label="Role"
            options={roleOptions}
            defaultValue={account?.role ?? 'receptionist'}
          />
          <SelectField
            name="clinicId"
            label="Clinic"
            options={clinics.map(({ id, name }) => ({ value: id, text: name }))}
            defaultValue={account?.clinicId ?? clinicId}
          />
          <TextField
            name="password"
            label={account ? 'New password' : 'Password'}
            type="password"
            autoComplete="new-password"
            required={!account}
            minLength={8}
            isWide
            hint={
              account
                ? 'Leave this empty to keep the old one. A new one ends all sessions of this user.'
                : 'At least 8 characters.'
            }
          />
        </div>
        <FormEnd onCancel={onClose}>{account ? 'Save' : 'Add user'}</FormEnd>
      </Form>
    </Dialog>
  )
}

function userIn(values: Values, account: Account | undefined) {
  return {
    email: values.text('email'),
    name: kept(values.raw('name'), account?.name),
    role: values.raw('role') as Role,
    clinicId: Number(values.raw('clinicId')),
  }
}

interface OneProps {
  readonly account: Account
  readonly onClose: () => void
}

/** Also for owners who signed up by themselves: anybody can type somebody else's address. */
export function ApproveDialog({ account, onClose }: OneProps) {
  const { client, cache } = useApi()
  const { tell } = useToasts()
  return (
    <ConfirmDialog
      title={`Activate ${account.name}?`}
      action="Activate"
      look="primary"
      keep="Cancel"
      onClose={onClose}
      confirm={async () => {
        await client.patch(`/users/${account.id}`, { active: true })
        cache.invalidate('/users')
        tell(`${account.name} can sign in now.`)
      }}
    >
      {roleNames[account.role]}, {account.email}. Make sure that the address is theirs: owners see
      whatever is on file of the owner with this address.
    </ConfirmDialog>
  )
}

export function DeactivateDialog({ account, onClose }: OneProps) {
  const { client, cache } = useApi()
  const { tell } = useToasts()
  return (
    <ConfirmDialog
      title={`Deactivate ${account.name}?`}
      action="Deactivate"
      onClose={onClose}
      confirm={async () => {
        await client.remove(`/users/${account.id}`)
        cache.invalidate('/users')
        tell(`${account.name} cannot sign in any more.`)
      }}
    >
      All their sessions end and they cannot sign in until somebody activates the account again.
      What they entered stays.
    </ConfirmDialog>
  )
}
