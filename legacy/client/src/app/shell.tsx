import { useEffect, useRef } from 'react'
import { Link, Outlet, ScrollRestoration, useLocation } from 'react-router'
import { useUser } from '../api/context.tsx'
import { Account } from './account.tsx'
import { Logo } from './logo.tsx'
import { Places } from './places.tsx'

/** The frame around every page: at the side of wide screens, above and below on narrow ones. */
export function Shell() {
  const user = useUser()
  const main = useRef<HTMLElement>(null)
  const { pathname } = useLocation()
  const shown = useRef(pathname)

  useEffect(() => {
    // Readers of the screen start at the top of the new page, as after a reload.
    if (shown.current !== pathname) main.current?.focus({ preventScroll: true })
    shown.current = pathname
  }, [pathname])

  return (
    <div className="shell">
      <a
        className="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault()
          main.current?.focus()
        }}
      >
        Skip to the content
      </a>
      <header className="side">
        <Link to="/" className="brand" aria-label="PetSphere, start">
          <Logo /> PetSphere
        </Link>
        <Places role={user.role} />
        <Account user={user} />
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <div className="page">
          <Outlet />
        </div>
      </main>
      <ScrollRestoration />
    </div>
  )
}
