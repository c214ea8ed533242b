import { Derived } from '../database/columns.ts'
import { isoDay } from '../reading/days.ts'
import { nullable, optional, provided } from '../reading/form.ts'
import { decimal } from '../reading/numbers.ts'
import { freeObject, listOf } from '../reading/objects.ts'
import { matching, oneOf, text, uuid } from '../reading/texts.ts'
import { sexCodes, sexOf } from './sexes.ts'

const weight = provided(decimal(3, 3), (kg) => Number(kg) > 0, 'must be more than 0')

const attributes = provided(
  freeObject,
  ({ color }) => color === undefined || typeof color === 'string',
  'must have a color that is text',
)

/** What clients say about an animal. */
export const animalForm = {
  owner_id: uuid,
  species_code: text(60),
  name: text(100),
  sex: optional(oneOf(sexCodes), 'U' as const),
  birth_date: optional(nullable(isoDay), null),
  weight_kg: optional(nullable(weight), null),
  microchip: optional(nullable(matching(/^[0-9A-Za-z]{9,20}$/, '9 to 20 letters or digits')), null),
  allergies: optional(listOf(text(100), 50), []),
  attributes: optional(attributes, {}),
  insurance_limit: optional(nullable(decimal(10, 2)), null),
}

export type Filled = {
  readonly [K in keyof typeof animalForm]?: ReturnType<(typeof animalForm)[K]>
}

export function toColumns(body: Filled) {
  return {
    guardian_id: body.owner_id,
    kind_code: body.species_code,
    display_name: body.name,
    sex: body.sex && sexOf(body.sex),
    born_on: body.birth_date,
    weight_kg: body.weight_kg,
    chip_number: body.microchip,
    allergies: body.allergies,
    ...(body.attributes && splitAttributes(body.attributes)),
    insurance_limit: body.insurance_limit,
  }
}

/** Postgres takes the color out: what it cannot keep as JSON is refused there, as text it might pass. */
function splitAttributes(attributes: object) {
  return {
    coat_color: new Derived(attributes, (value) => `${value}::jsonb ->> 'color'`),
    traits: new Derived(attributes, (value) => `${value}::jsonb - 'color'`),
  }
}
