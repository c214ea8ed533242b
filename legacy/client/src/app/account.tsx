import { useRef, useState } from 'react'
import { useApi, useGet } from '../api/context.tsx'
import type { Clinic } from '../api/appointments.ts'
import type { User } from '../api/session.ts'
import { ChangePassword } from '../login/change-password.tsx'
import { Button } from '../ui/button.tsx'
import { roleNames } from './role-names.ts'

/** Who is signed in, and the way out. */
export function Account({ user }: { user: User }) {
  const { session } = useApi()
  const clinic = useGet<Clinic>(`/clinics/${user.clinicId}`)
  const card = useRef<HTMLDivElement>(null)
  const [isChanging, setChanging] = useState(false)
  return (
    <div className="account">
      <button
        type="button"
        className="account-button"
        popoverTarget="account"
        aria-label={`Account of ${user.name}`}
      >
        <span className="initials" aria-hidden="true">
          {initialsOf(user.name)}
        </span>
        <span className="account-name">
          <b>{user.name}</b>
          <small>{roleNames[user.role]}</small>
        </span>
      </button>
      <div id="account" ref={card} popover="auto" className="account-card">
        <p>
          <b>{user.name}</b>
          <br />
          {user.email}
        </p>
        <p>
          {roleNames[user.role]}
          {clinic.value && (
            <>
              <br />
              {clinic.value.name}
            </>
          )}
        </p>
        <Button
          icon="key"
          onClick={() => {
            card.current?.hidePopover()
            setChanging(true)
          }}
        >
          Change password
        </Button>
        <Button icon="out" onClick={() => void session.signOut()}>
          Sign out
        </Button>
      </div>
      {isChanging && <ChangePassword user={user} onClose={() => setChanging(false)} />}
    </div>
  )
}

function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/)
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words
  return ends
    .map((word) => Array.from(word!)[0] ?? '')
    .join('')
    .toUpperCase()
}
