import { useState } from 'react'
import { Link, Navigate } from 'react-router'
import type { Clinic } from '../api/appointments.ts'
import { useApi, useGet, useSession } from '../api/context.tsx'
import { SelectField, TextField } from '../ui/fields.tsx'
import { Form, FormProblem, SubmitButton } from '../ui/form.tsx'
import { useTitle } from '../ui/page.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { LoginFrame } from './login-frame.tsx'
import { newPasswordHint, PasswordField, shortestPassword } from './password-field.tsx'

/** For owners of pets. The clinic lets them in: whoever has an owner's address sees their pets. */
export function SignUpPage() {
  const { status } = useSession()
  const [asked, setAsked] = useState<string>()
  useTitle('Sign up')
  if (status !== 'out') return <Navigate to="/" replace />
  return (
    <LoginFrame>
      {asked === undefined ? <SignUp onAsked={setAsked} /> : <Asked email={asked} />}
    </LoginFrame>
  )
}

function SignUp({ onAsked }: { onAsked: (email: string) => void }) {
  const { client } = useApi()
  const clinics = useGet<readonly Clinic[]>('/clinics')
  return (
    <>
      <h1>Sign up</h1>
      <p className="subtitle">To see your pets and book their visits.</p>
      <Loaded what="clinics" from={clinics}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon="pin" title="No clinic takes part yet" />
          ) : (
            <Form
              label="Sign up"
              submit={async (values) => {
                const email = values.text('email')
                await client.post('/auth/register', {
                  email,
                  name: values.text('name'),
                  password: values.raw('password'),
                  clinicId: Number(values.raw('clinicId')),
                })
                onAsked(email)
              }}
            >
              <FormProblem />
              <TextField name="name" label="Name" required maxLength={200} autoComplete="name" />
              <TextField
                name="email"
                label="E-mail address"
                type="email"
                autoComplete="username"
                inputMode="email"
                required
                hint="The one that your clinic has of you."
              />
              <SelectField
                name="clinicId"
                label="Clinic"
                required
                options={all.map(({ id, name }) => ({ value: id, text: name }))}
              />
              <PasswordField
                autoComplete="new-password"
                minLength={shortestPassword}
                hint={newPasswordHint}
              />
              <SubmitButton>Sign up</SubmitButton>
            </Form>
          )
        }
      </Loaded>
      <p className="login-else">
        You have an account? <Link to="/login">Sign in</Link>
      </p>
    </>
  )
}

function Asked({ email }: { email: string }) {
  return (
    <div role="status">
      <h1>Nearly done</h1>
      <p className="subtitle">
        Your clinic has to let you in. Once it has, sign in as <b>{email}</b>.
      </p>
      <p className="login-else">
        <Link to="/login">Back to sign in</Link>
      </p>
    </div>
  )
}
