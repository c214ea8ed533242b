import { scopeOf } from '../guardians/scope.ts'
import { visible } from '../animals/animal.ts'
import { refusing } from '../database/sql-state.ts'
import type { Queryable } from '../database/transaction.ts'
import type { Caller } from '../http/caller.ts'
import { invalid, missing } from '../http/refusal.ts'
import { writtenDay } from '../reading/days.ts'
import { nullable, optional } from '../reading/form.ts'
import { decimal } from '../reading/numbers.ts'
import { oneOf, text } from '../reading/texts.ts'
import { type Status, statusWords, wordOf } from './statuses.ts'

/** What {@link describe} describes, of `immunizations i`. */
export const described = `i.immunization_id as id, i.animal_id as "petId", i.vaccine,
  to_char(i.given_on, 'DD/MM/YYYY') as "givenOn", to_char(i.due_on, 'DD/MM/YYYY') as "dueOn",
  i.status, i.price, i.lot as batch, i.administered_by as "administeredBy",
  i.created_at as "createdAt"`

export interface ImmunizationRow {
  readonly id: string
  readonly status: Status
}

/** An immunization as clients see it. */
export function describe(row: ImmunizationRow) {
  return { ...row, status: wordOf(row.status) }
}

/** What clients say about an immunization. */
export const immunizationForm = {
  vaccine: text(100),
  givenOn: optional(nullable(writtenDay), null),
  dueOn: optional(nullable(writtenDay), null),
  price: optional(nullable(decimal(8, 2)), null),
  batch: optional(nullable(text(100, 'empty')), null),
}

export const changeForm = { ...immunizationForm, status: oneOf(statusWords) }

type Filled = {
  readonly [K in keyof typeof immunizationForm]?: ReturnType<(typeof immunizationForm)[K]>
}

export function toColumns(body: Filled) {
  return {
    vaccine: body.vaccine,
    given_on: body.givenOn,
    due_on: body.dueOn,
    price: body.price,
    lot: body.batch,
  }
}

export const refuseWithoutDay = refusing({
  immunizations_given_on_a_day: invalid([
    { field: 'givenOn', message: 'is needed when it is done' },
  ]),
  immunizations_has_a_day: invalid([{ field: 'givenOn', message: 'or dueOn is required' }]),
})

/** @throws Refusal 404 for one of an animal that the caller may not see, too. */
export async function describeOne(db: Queryable, caller: Caller, immunizationId: string) {
  const { rows } = await db.query<ImmunizationRow>(
    `select ${described} from immunizations i, ${visible}
       and i.animal_id = a.animal_id and i.immunization_id = $3`,
    [...scopeOf(caller), immunizationId],
  )
  if (!rows[0]) throw missing('vaccination')
  return describe(rows[0])
}
