import type { Queryable } from '../db/transaction.ts'
import { conflict, unprocessable } from '../http/errors.ts'
import { refuseOn } from '../db/sql-state.ts'
import type { Role } from '../http/route.ts'

export interface UserRow {
  readonly id: number
  readonly clinic_id: number
  readonly email: string
  readonly password_hash: string
  readonly name: string
  readonly role: Role
  readonly active: boolean
  readonly created_at: Date
}

export interface NewUser {
  readonly clinicId: number
  readonly email: string
  readonly passwordHash: string
  readonly name: string
  readonly role: Role
  readonly active: boolean
}

export function toUser(row: UserRow) {
  return {
    id: row.id,
    clinicId: row.clinic_id,
    email: row.email,
    name: row.name,
    role: row.role,
    active: row.active,
    createdAt: row.created_at,
  }
}

export const refuseUserConflicts = refuseOn({
  users_email_key: conflict('EMAIL_TAKEN', 'This e-mail address has an account already'),
  users_clinic_id_fkey: unprocessable('UNKNOWN_CLINIC', 'No such clinic'),
})

export async function userById(db: Queryable, id: number): Promise<UserRow | undefined> {
  const { rows } = await db.query<UserRow>('select * from users where id = $1', [id])
  return rows[0]
}

export async function userByEmail(db: Queryable, email: string): Promise<UserRow | undefined> {
  const { rows } = await db.query<UserRow>('select * from users where email = $1', [email])
  return rows[0]
}

export async function insertUser(db: Queryable, user: NewUser): Promise<UserRow> {
  const { rows } = await db
    .query<UserRow>(
      `insert into users (clinic_id, email, password_hash, name, role, active)
       values ($1, $2, $3, $4, $5, $6) returning *`,
      [user.clinicId, user.email, user.passwordHash, user.name, user.role, user.active],
    )
    .catch(refuseUserConflicts)
  return rows[0]!
}
