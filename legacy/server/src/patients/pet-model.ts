import { conflict, notFound, unprocessable } from '../http/errors.ts'
import { refuseOn } from '../db/sql-state.ts'
import type { Queryable } from '../db/transaction.ts'
import type { User } from '../http/route.ts'
import { inScope, scopeOf } from './scope.ts'

export const sexes = ['M', 'F', 'MN', 'FS', 'U'] as const

export interface PetRow {
  readonly id: number
  readonly owner_id: string
  readonly species_code: string
  readonly name: string
  readonly sex: (typeof sexes)[number]
  readonly birth_date: string | null
  readonly weight_kg: string | null
  readonly microchip: string | null
  readonly allergies: readonly string[]
  readonly attributes: object
  readonly insurance_limit: string | null
  readonly created_at: Date
  readonly updated_at: Date
}

/** A pet as clients see it. Asks for the owner's name and the last vaccination, pet by pet. */
export async function describePet(db: Queryable, pet: PetRow) {
  const owner = await db.query<{ full_name: string }>(
    'select full_name from owners where id = $1',
    [pet.owner_id],
  )
  const vaccination = await db.query<{ last: string | null }>(
    "select max(given_on) as last from vaccinations where pet_id = $1 and status = 'done'",
    [pet.id],
  )
  return {
    id: pet.id,
    owner_id: pet.owner_id,
    owner_name: owner.rows[0]?.full_name ?? null,
    species_code: pet.species_code,
    name: pet.name,
    sex: pet.sex,
    birth_date: pet.birth_date,
    weight_kg: pet.weight_kg === null ? null : Number(pet.weight_kg),
    microchip: pet.microchip,
    allergies: pet.allergies,
    attributes: pet.attributes,
    insurance_limit: pet.insurance_limit,
    last_vaccinated_on: vaccination.rows[0]?.last ?? null,
    created_at: pet.created_at,
    updated_at: pet.updated_at,
  }
}

/** Pets that the caller may see and that are not deleted; more conditions start at $3. */
export const visiblePets = `pets p join owners o on o.id = p.owner_id
  where ${inScope} and p.deleted_at is null`

/**
 * A pet that the caller may see. With a lock, other transactions that lock or change the same pet
 * wait, and those that only refer to it do not.
 *
 * @throws Refusal 404
 */
export async function visiblePet(
  db: Queryable,
  user: User,
  petId: number,
  lock: 'lock' | 'no lock' = 'no lock',
): Promise<PetRow> {
  const { rows } = await db.query<PetRow>(
    `select p.* from ${visiblePets} and p.id = $3
     ${lock === 'lock' ? 'for no key update of p' : ''}`,
    [...scopeOf(user), petId],
  )
  if (!rows[0]) throw notFound('pet')
  return rows[0]
}

/** @throws Refusal 422 for an owner who does not exist or belongs to another clinic. */
export async function requireOwner(db: Queryable, user: User, ownerId: string): Promise<void> {
  const { rows } = await db.query(`select 1 from owners o where ${inScope} and o.id = $3`, [
    ...scopeOf(user),
    ownerId,
  ])
  if (rows.length === 0) throw unprocessable('UNKNOWN_OWNER', 'No such owner')
}

export const refusePetConflicts = refuseOn({
  pets_microchip_key: conflict('MICROCHIP_TAKEN', 'Another pet has this microchip'),
  pets_species_code_fkey: unprocessable('UNKNOWN_SPECIES', 'No such species'),
  pets_owner_id_fkey: unprocessable('UNKNOWN_OWNER', 'No such owner'),
})
