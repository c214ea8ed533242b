import { useApi } from '../api/context.tsx'
import type { User } from '../api/session.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Form, FormEnd } from '../ui/form.tsx'
import { useToasts } from '../ui/toasts.tsx'
import {
  newPasswordHint,
  PasswordField,
  shortestPassword,
  WhosePassword,
} from './password-field.tsx'

interface ChangePasswordProps {
  readonly user: User
  readonly onClose: () => void
}

/** The server ends every session with it, on all devices; this one begins again at once. */
export function ChangePassword({ user, onClose }: ChangePasswordProps) {
  const { client, session } = useApi()
  const { tell } = useToasts()
  return (
    <Dialog title="Change password" width="narrow" onClose={onClose}>
      <Form
        label="Change password"
        submit={async (values) => {
          const newPassword = values.raw('newPassword')
          const json = { currentPassword: values.raw('currentPassword'), newPassword }
          await client.send('PUT', '/auth/password', { json })
          onClose()
          tell('Your password is changed.')
          await session.signIn(user.email, newPassword)
        }}
      >
        <WhosePassword email={user.email} />
        <PasswordField name="currentPassword" label="Current password" />
        <PasswordField
          name="newPassword"
          label="New password"
          autoComplete="new-password"
          minLength={shortestPassword}
          hint={`${newPasswordHint} Other devices have to sign in again.`}
        />
        <FormEnd onCancel={onClose}>Change password</FormEnd>
      </Form>
    </Dialog>
  )
}
