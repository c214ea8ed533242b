import type { Role } from '../api/session.ts'

export const roleNames: Readonly<Record<Role, string>> = {
  admin: 'Administrator',
  veterinarian: 'Veterinarian',
  receptionist: 'Reception',
  owner: 'Pet owner',
}

export const roleOptions = Object.entries(roleNames).map(([value, text]) => ({ value, text }))
