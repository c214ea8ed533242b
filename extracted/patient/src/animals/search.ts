import { containing } from '../database/containing.ts'
import { fullName } from '../guardians/names.ts'
import { scopeOf } from '../guardians/scope.ts'
import type { Call } from '../http/route.ts'
import { isoDay } from '../reading/days.ts'
import { fill, nullable, optional } from '../reading/form.ts'
import { wholeNumber } from '../reading/numbers.ts'
import { freeObject, listOf } from '../reading/objects.ts'
import { oneOf, text } from '../reading/texts.ts'
import { attributes, visible } from './animal.ts'
import { sexCodes, sexOf } from './sexes.ts'

const criteria = {
  text: optional(text(100, 'empty'), ''),
  species: optional(nullable(listOf(text(60), 50)), null),
  sex: optional(nullable(oneOf(sexCodes)), null),
  born_from: optional(nullable(isoDay), null),
  born_to: optional(nullable(isoDay), null),
  allergy: optional(nullable(text(100)), null),
  attributes: optional(freeObject, {}),
  limit: optional(wholeNumber(1, 200), 50),
}

const found = `${visible} and a.search_words like lower($3)
  and ($4::text[] is null or a.kind_code = any ($4))
  and ($5::animal_sex is null or a.sex = $5)
  and ($6::date is null or a.born_on >= $6)
  and ($7::date is null or a.born_on <= $7)
  and ($8::text is null or $8 = any (a.allergies))
  and ${attributes} @> $9::jsonb`

/** A POST that only reads: its criteria are too many for a query string. */
export async function search({ req, res, caller, pool }: Call): Promise<void> {
  const sought = fill(criteria, req.body)
  const values = [
    ...scopeOf(caller),
    containing(sought.text),
    sought.species,
    sought.sex && sexOf(sought.sex),
    sought.born_from,
    sought.born_to,
    sought.allergy,
    sought.attributes,
  ]
  const counted = await pool.query<{ total: number }>(
    `select count(*)::integer as total from ${found}`,
    values,
  )
  const { rows } = await pool.query(
    `select a.animal_id as id, a.display_name as name, a.kind_code as species_code,
       a.born_on as birth_date, a.chip_number as microchip, ${fullName} as owner_name
     from ${found} order by a.display_name collate "C", a.animal_id limit $10`,
    [...values, sought.limit],
  )
  res.json({ results: rows, total: counted.rows[0]!.total })
}
