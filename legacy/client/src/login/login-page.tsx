import { Link, Navigate, useLocation } from 'react-router'
import { useApi, useSession } from '../api/context.tsx'
import { TextField } from '../ui/fields.tsx'
import { Form, FormProblem, SubmitButton } from '../ui/form.tsx'
import { useTitle } from '../ui/page.tsx'
import { LoginFrame } from './login-frame.tsx'
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
    <LoginFrame>
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
      <p className="login-else">
        You have pets at a clinic, and no account? <Link to="/signup">Sign up</Link>
      </p>
    </LoginFrame>
  )
}
