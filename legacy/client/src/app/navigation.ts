import type { Role } from '../api/session.ts'
import type { IconName } from '../ui/icon.tsx'
import { may } from './permissions.ts'

export interface Place {
  readonly to: string
  readonly text: string
  readonly icon: IconName
}

/** The places in the main navigation that a role can go to. */
export function placesFor(role: Role): Place[] {
  if (role === 'owner') {
    return [
      { to: '/patients', text: 'My pets', icon: 'paw' },
      { to: '/calendar', text: 'Appointments', icon: 'calendar' },
      { to: '/inbox', text: 'Inbox', icon: 'bell' },
    ]
  }
  return [
    { to: '/dashboard', text: 'Dashboard', icon: 'home' },
    { to: '/calendar', text: 'Calendar', icon: 'calendar' },
    { to: '/patients', text: 'Patients', icon: 'paw' },
    { to: '/owners', text: 'Owners', icon: 'people' },
    { to: '/inventory', text: 'Inventory', icon: 'box' },
    { to: '/reports', text: 'Reports', icon: 'chart' },
    { to: '/inbox', text: 'Inbox', icon: 'bell' },
    ...(may(role, 'administer')
      ? [{ to: '/admin', text: 'Administration', icon: 'gear' } as const]
      : []),
  ]
}
