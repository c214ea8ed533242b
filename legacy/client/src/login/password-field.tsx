import { useState } from 'react'
import { Field } from '../ui/fields.tsx'

export function PasswordField() {
  const [isShown, setShown] = useState(false)
  return (
    <Field name="password" label="Password" isRequired>
      {(control) => (
        <span className="password">
          <input
            {...control}
            className="input"
            type={isShown ? 'text' : 'password'}
            autoComplete="current-password"
            required
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
