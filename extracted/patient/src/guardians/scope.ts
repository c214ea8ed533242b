import type { Caller } from '../http/caller.ts'

/**
 * Whose animals a caller sees, as a condition on `guardians g`: staff those of their clinic, owners those
 * under their own e-mail address. Its $1 and $2 are {@link scopeOf} the caller.
 */
export const inScope = 'g.clinic_id = $1 and ($2::text is null or g.email = $2)'

export function scopeOf({ clinicId, role, email }: Caller): [number, string | null] {
  return [clinicId, role === 'owner' ? email : null]
}
