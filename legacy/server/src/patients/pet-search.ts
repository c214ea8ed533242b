import { containing } from '../db/like.ts'
import { freeObject, integer, listOf, nullable, oneOf, optional, text } from '../http/checks.ts'
import { isoDay } from '../http/dates.ts'
import { readFields } from '../http/fields.ts'
import type { Call } from '../http/route.ts'
import { type PetRow, sexes, visiblePets } from './pet-model.ts'
import { scopeOf } from './scope.ts'

const criteria = {
  text: optional(text(100, 0), ''),
  species: optional(nullable(listOf(text(60), 50)), null),
  sex: optional(nullable(oneOf(sexes)), null),
  born_from: optional(nullable(isoDay), null),
  born_to: optional(nullable(isoDay), null),
  allergy: optional(nullable(text(100)), null),
  attributes: optional(freeObject, {}),
  limit: optional(integer(1, 200), 50),
}

type Found = Pick<PetRow, 'id' | 'name' | 'species_code' | 'birth_date' | 'microchip'> & {
  readonly full_name: string
}

/** A POST, for the criteria outgrew a query string. It only reads. */
export async function searchPets({ req, res, user, app }: Call): Promise<void> {
  const sought = readFields(req.body, criteria)
  const from = `${visiblePets} and p.search_text like lower($3)
    and ($4::text[] is null or p.species_code = any ($4))
    and ($5::pet_sex is null or p.sex = $5)
    and ($6::text is null or p.birth_date >= $6)
    and ($7::text is null or p.birth_date <= $7)
    and ($8::text is null or $8 = any (p.allergies))
    and p.attributes @> $9::jsonb`
  const values = [
    ...scopeOf(user),
    containing(sought.text),
    sought.species,
    sought.sex,
    sought.born_from,
    sought.born_to,
    sought.allergy,
    sought.attributes,
  ]
  const counted = await app.pool.query<{ total: number }>(
    `select count(*)::integer as total from ${from}`,
    values,
  )
  const { rows } = await app.pool.query<Found>(
    `select p.id, p.name, p.species_code, p.birth_date, p.microchip, o.full_name
     from ${from} order by p.name collate "C", p.id limit $10`,
    [...values, sought.limit],
  )
  const results = rows.map((row) => ({
    id: row.id,
    name: row.name,
    species_code: row.species_code,
    birth_date: row.birth_date,
    microchip: row.microchip,
    owner_name: row.full_name,
  }))
  res.json({ results, total: counted.rows[0]!.total })
}
