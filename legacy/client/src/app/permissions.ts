import type { Role } from '../api/session.ts'

const staff = ['admin', 'veterinarian', 'receptionist'] as const
const clinical = ['admin', 'veterinarian'] as const
const everyone = [...staff, 'owner'] as const

/** What each role may do, as the server has it. */
const allowed = {
  'see owners': staff,
  'edit owners': staff,
  'delete owners': ['admin', 'receptionist'],
  'edit pets': staff,
  'delete pets': clinical,
  'swap microchips': clinical,
  'edit vaccinations': clinical,
  'delete vaccinations': ['admin'],
  'upload attachments': staff,
  'delete attachments': clinical,
  'see dashboard': staff,
  'check in': staff,
  'write records': clinical,
  'see inventory': staff,
  'edit inventory': ['admin', 'receptionist'],
  'see reports': staff,
  'see revenue': ['admin'],
  'see work': clinical,
  administer: ['admin'],
  'see schedules': staff,
  'book appointments': everyone,
  'reschedule appointments': staff,
} as const satisfies Record<string, readonly Role[]>

export type Permission = keyof typeof allowed

export function may(role: Role, permission: Permission): boolean {
  return (allowed[permission] as readonly Role[]).includes(role)
}
