import { Navigate, useLocation } from 'react-router'
import { useApi, useSession } from '../api/context.tsx'
import { Logo } from '../app/logo.tsx'
import { TextField } from '../ui/fields.tsx'
import { Form, FormProblem, SubmitButton } from '../ui/form.tsx'
import { useTitle } from '../ui/page.tsx'
import { Orbits } from './orbits.tsx'
import { PasswordField } from './password-field.tsx'

export function LoginPage() {
  const { session } = useApi()
  const { status } = useSession()
  const { state } = useLocation()
  useTitle('Sign in')
  if (status !== 'out') {
    const from = (state as { from?: unknown } | null)?.from
    return <Navigate to={typeof from === 'string' ? from : '/'} replace />
  }
  return (
    <main className="login">
      <div className="login-art">
        <p className="brand">
          <Logo size={40} /> PetSphere
        </p>
        <Orbits />
        <p className="login-claim">Every patient, every visit, in one orbit.</p>
      </div>
      <div className="login-card">
        <h1>Sign in</h1>
        <p className="subtitle">With the account your clinic gave you.</p>
        <Form
          label="Sign in"
          submit={(values) => session.signIn(values.text('email'), values.raw('password'))}
        >
          <FormProblem />
          <TextField
            name="email"
            label="E-mail address"
            type="email"
            autoComplete="username"
            inputMode="email"
            required
            // Nothing on this page comes before it.
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
          />
          <PasswordField />
          <SubmitButton>Sign in</SubmitButton>
        </Form>
      </div>
    </main>
  )
}
