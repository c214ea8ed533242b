import { Fragment, type ReactNode, useEffect, useState } from 'react'
import { Navigate, useLocation } from 'react-router'
import { useApi, useSession, useUpToDate, useUser } from '../api/context.tsx'
import { useLiveInbox } from '../inbox/use-live-inbox.ts'
import { SignInAgain } from '../login/sign-in-again.tsx'
import { ToastProvider } from '../ui/toasts.tsx'
import { NotAllowed } from './dead-ends.tsx'
import { type Permission, may } from './permissions.ts'

/** Lets through who is signed in, and sends others to the login, which brings them back. */
export function SignedIn({ children }: { children: ReactNode }) {
  const state = useSession()
  const here = useLocation()
  const [cameIn] = useState(state.status !== 'out')
  if (state.status === 'out') {
    // Who has signed out may not be who signs in next, and begins at the start.
    const from = cameIn ? undefined : `${here.pathname}${here.search}`
    return <Navigate to="/login" replace state={{ from }} />
  }
  return (
    <ToastProvider>
      <KeepUpToDate key={`up-to-date-${state.user.id}`} />
      <Fragment key={state.user.id}>{children}</Fragment>
      {state.status === 'ended' && <SignInAgain user={state.user} />}
    </ToastProvider>
  )
}

/** Nobody sees what was loaded for somebody else; who comes back sees what failed meanwhile. */
function KeepUpToDate() {
  const { cache } = useApi()
  const { status } = useSession()
  useUpToDate()
  useLiveInbox()
  useEffect(() => () => cache.clear(), [cache])
  useEffect(() => {
    if (status === 'in') cache.refresh(10_000)
  }, [cache, status])
  return null
}

interface OnlyProps {
  readonly permission: Permission
  readonly show: ReactNode
}

export function Only({ permission, show }: OnlyProps) {
  return may(useUser().role, permission) ? show : <NotAllowed />
}

/** Where the day begins. */
export function Home() {
  const { role } = useUser()
  return <Navigate to={may(role, 'see dashboard') ? '/dashboard' : '/patients'} replace />
}
