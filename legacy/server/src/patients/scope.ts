import type { User } from '../http/route.ts'

/**
 * Whose animals a caller sees, as a condition on `owners o`: staff see those of their clinic, owners
 * those under their own e-mail address. The values of {@link scopeOf} are its $1 and $2.
 */
export const inScope = 'o.clinic_id = $1 and ($2::text is null or o.email = $2)'

export function scopeOf({ clinicId, role, email }: User): [number, string | null] {
  return [clinicId, role === 'owner' ? email : null]
}
