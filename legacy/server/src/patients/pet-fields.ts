import {
  decimal,
  freeObject,
  listOf,
  matching,
  nullable,
  oneOf,
  optional,
  text,
  uuid,
  where,
} from '../http/checks.ts'
import { isoDay } from '../http/dates.ts'
import { sexes } from './pet-model.ts'

const weight = where(decimal(3, 3), (kg) => Number(kg) > 0, 'must be more than 0')

const attributes = where(
  freeObject,
  ({ color }) => color === undefined || typeof color === 'string',
  'must have a color that is text',
)

/** What a client may say about a pet. */
export const petFields = {
  owner_id: uuid,
  species_code: text(60),
  name: text(100),
  sex: optional(oneOf(sexes), 'U' as const),
  birth_date: optional(nullable(isoDay), null),
  weight_kg: optional(nullable(weight), null),
  microchip: optional(nullable(matching(/^[0-9A-Za-z]{9,20}$/, '9 to 20 letters or digits')), null),
  allergies: optional(listOf(text(100), 50), []),
  attributes: optional(attributes, {}),
  insurance_limit: optional(nullable(decimal(10, 2)), null),
}
