import { useApi } from '../api/context.tsx'
import type { User } from '../api/session.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Form, FormProblem, SubmitButton } from '../ui/form.tsx'
import { PasswordField, WhosePassword } from './password-field.tsx'

/** Over the page that somebody is working on, which stays as it is. */
export function SignInAgain({ user }: { user: User }) {
  const { session } = useApi()
  return (
    <Dialog title="Your session has ended" width="narrow">
      <Form
        label="Sign in again"
        submit={(values) => session.signIn(user.email, values.raw('password'))}
      >
        <FormProblem />
        <p>
          Sign in again as <b>{user.email}</b> to go on where you are.
        </p>
        <WhosePassword email={user.email} />
        <PasswordField />
        <div className="form-end">
          <Button onClick={() => void session.signOut()}>Sign out</Button>
          <SubmitButton>Sign in</SubmitButton>
        </div>
      </Form>
    </Dialog>
  )
}
