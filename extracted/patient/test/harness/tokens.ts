import jwt from 'jsonwebtoken'

/** The one that the monolith's own test harness signs with. */
export const jwtSecret = 'a secret for tests only'

/** Some of the users that the monolith's small seed makes. */
const users = {
  admin: { sub: '1', role: 'admin', clinic_id: 1, email: 'admin@petsphere.test' },
  veterinarian: { sub: '2', role: 'veterinarian', clinic_id: 1, email: 'vet@petsphere.test' },
  receptionist: { sub: '5', role: 'receptionist', clinic_id: 1, email: 'reception@petsphere.test' },
  owner: { sub: '6', role: 'owner', clinic_id: 1, email: 'owner@petsphere.test' },
  elsewhere: { sub: '7', role: 'admin', clinic_id: 2, email: 'admin.2.1@petsphere.test' },
}

export type Who = keyof typeof users
export const everybody = ['admin', 'veterinarian', 'receptionist', 'owner', 'elsewhere'] as const

/** A token as the monolith issues it. */
export function tokenOf(who: Who): string {
  return jwt.sign({ ...users[who], name: who }, jwtSecret, { expiresIn: 900 })
}
