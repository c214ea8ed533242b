import { useState } from 'react'
import { Field } from '../ui/fields.tsx'

export const shortestPassword = 8
export const newPasswordHint = `At least ${shortestPassword} characters.`

interface PasswordProps {
  readonly name?: string
  readonly label?: string
  readonly hint?: string
  /** For browsers that keep passwords. */
  readonly autoComplete?: 'current-password' | 'new-password'
  readonly minLength?: number
}

/** Tells browsers whose password is asked for. */
export function WhosePassword({ email }: { email: string }) {
  return (
    <input
      className="unseen"
      value={email}
      autoComplete="username"
      aria-hidden="true"
      tabIndex={-1}
      readOnly
    />
  )
}

export function PasswordField(props: PasswordProps) {
  const { name = 'password', label = 'Password', hint, minLength } = props
  const { autoComplete = 'current-password' } = props
  const [isShown, setShown] = useState(false)
  return (
    <Field name={name} label={label} isRequired {...(hint !== undefined && { hint })}>
      {(control) => (
        <span className="password">
          <input
            {...control}
            className="input"
            type={isShown ? 'text' : 'password'}
            autoComplete={autoComplete}
            required
            minLength={minLength}
          />
          <button
            type="button"
            className="password-eye"
            aria-label={isShown ? 'Hide what I type' : 'Show what I type'}
            aria-pressed={isShown}
            onClick={() => setShown(!isShown)}
          >
            {isShown ? 'Hide' : 'Show'}
          </button>
        </span>
      )}
    </Field>
  )
}
