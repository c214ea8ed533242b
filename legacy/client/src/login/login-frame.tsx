import type { ReactNode } from 'react'
import { Logo } from '../app/logo.tsx'
import { Orbits } from './orbits.tsx'

/** What people see who are not signed in: a picture, and what they can do. */
export function LoginFrame({ children }: { children: ReactNode }) {
  return (
    <main className="login">
      <div className="login-art">
        <p className="brand">
          <Logo size={40} /> PetSphere
        </p>
        <Orbits />
        <p className="login-claim">Every patient, every visit, in one orbit.</p>
      </div>
      <div className="login-card">{children}</div>
    </main>
  )
}
