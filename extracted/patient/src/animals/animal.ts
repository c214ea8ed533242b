import { refusing } from '../database/sql-state.ts'
import type { Queryable } from '../database/transaction.ts'
import { fullName } from '../guardians/names.ts'
import { inScope, scopeOf } from '../guardians/scope.ts'
import type { Caller } from '../http/caller.ts'
import { conflict, missing, unprocessable } from '../http/refusal.ts'
import { codeOf, type Sex } from './sexes.ts'

/** Animals that a caller may see and that are not archived; further conditions begin at $3. */
export const visible = `animals a join guardians g using (guardian_id)
  where ${inScope} and a.archived_at is null`

/** All that clients know by other names than color, and color. */
export const attributes = `(case
  when a.coat_color is null then a.traits
  else a.traits || jsonb_build_object('color', a.coat_color)
end)`

/** What {@link describe} describes, of {@link visible} animals. */
export const described = `a.animal_id as id, guardian_id as owner_id, ${fullName} as owner_name,
  a.kind_code as species_code, a.display_name as name, a.sex, a.born_on as birth_date, a.weight_kg,
  a.chip_number as microchip, a.allergies, ${attributes} as attributes, a.insurance_limit,
  (
    select max(i.given_on) from immunizations i
    where i.animal_id = a.animal_id and i.status = 'given'
  ) as last_vaccinated_on,
  a.created_at, a.updated_at`

export interface AnimalRow {
  readonly id: number
  readonly owner_id: string
  readonly species_code: string
  readonly name: string
  readonly sex: Sex
  readonly weight_kg: string | null
}

/** An animal as clients see it. */
export function describe(row: AnimalRow) {
  return {
    ...row,
    sex: codeOf(row.sex),
    weight_kg: row.weight_kg === null ? null : Number(row.weight_kg),
  }
}

export type Animal = ReturnType<typeof describe>

/** @throws Refusal 404 for an animal that does not exist or that the caller may not see. */
export async function describeOne(db: Queryable, caller: Caller, animalId: number) {
  const { rows } = await db.query<AnimalRow>(
    `select ${described} from ${visible} and a.animal_id = $3`,
    [...scopeOf(caller), animalId],
  )
  if (!rows[0]) throw missing('pet')
  return describe(rows[0])
}

/**
 * That the caller may see an animal. Under lock, others who would lock or change the same animal wait,
 * but not those who only refer to it.
 *
 * @throws Refusal 404
 */
export async function requireVisible(
  db: Queryable,
  caller: Caller,
  animalId: number,
  lock: 'lock' | 'no lock' = 'no lock',
): Promise<{ readonly chip: string | null }> {
  const { rows } = await db.query<{ chip: string | null }>(
    `select a.chip_number as chip from ${visible} and a.animal_id = $3
     ${lock === 'lock' ? 'for no key update of a' : ''}`,
    [...scopeOf(caller), animalId],
  )
  if (!rows[0]) throw missing('pet')
  return rows[0]
}

const unknownGuardian = unprocessable('UNKNOWN_OWNER', 'No such owner')

/** @throws Refusal 422 for a guardian who does not exist or belongs to another clinic. */
export async function requireGuardian(
  db: Queryable,
  caller: Caller,
  guardianId: string,
): Promise<void> {
  const { rowCount } = await db.query(
    `select from guardians g where ${inScope} and g.guardian_id = $3`,
    [...scopeOf(caller), guardianId],
  )
  if (rowCount === 0) throw unknownGuardian
}

export const refuseMisfits = refusing({
  animals_chip_number_key: conflict('MICROCHIP_TAKEN', 'Another pet has this microchip'),
  animals_kind_code_fkey: unprocessable('UNKNOWN_SPECIES', 'No such species'),
  animals_guardian_id_fkey: unknownGuardian,
})
