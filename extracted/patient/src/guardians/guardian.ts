import type { Queryable } from '../database/transaction.ts'
import type { Caller } from '../http/caller.ts'
import { missing } from '../http/refusal.ts'
import { nullable, optional } from '../reading/form.ts'
import { flag, freeObject } from '../reading/objects.ts'
import { email, text } from '../reading/texts.ts'
import { fullName, splitName } from './names.ts'
import { inScope, scopeOf } from './scope.ts'

const microseconds = (column: string) =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

/** A guardian as clients see them, from `guardians g`: the columns are the fields, in order. */
export const shown = `g.guardian_id as id, g.clinic_id as "clinicId", ${fullName} as "fullName",
  g.email, g.phone, g.address, g.notes, g.marketing_opt_in as "marketingOptIn",
  ${microseconds('g.created_at')} as "createdAt", ${microseconds('g.updated_at')} as "updatedAt"`

export interface Guardian {
  readonly id: string
}

/** What clients say about a guardian. */
export const guardianForm = {
  fullName: text(200),
  email: optional(nullable(email), null),
  phone: optional(nullable(text(50, 'empty')), null),
  address: optional(nullable(freeObject), null),
  notes: optional(nullable(text(200_000, 'empty')), null),
  marketingOptIn: optional(flag, false),
}

type Filled = { readonly [K in keyof typeof guardianForm]?: ReturnType<(typeof guardianForm)[K]> }

export function toColumns({ fullName, marketingOptIn, ...same }: Filled) {
  return {
    ...(fullName === undefined ? {} : splitName(fullName)),
    marketing_opt_in: marketingOptIn,
    ...same,
  }
}

/** @throws Refusal 404 for one that does not exist or that the caller may not see. */
export async function requireVisible(
  db: Queryable,
  caller: Caller,
  guardianId: string,
): Promise<Guardian> {
  const { rows } = await db.query<Guardian>(
    `select ${shown} from guardians g where ${inScope} and g.guardian_id = $3`,
    [...scopeOf(caller), guardianId],
  )
  if (!rows[0]) throw missing('owner')
  return rows[0]
}
