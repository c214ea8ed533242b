import { visible } from '../animals/animal.ts'
import { fullName } from '../guardians/names.ts'
import { scopeOf } from '../guardians/scope.ts'
import type { Call } from '../http/route.ts'
import { dayOf, plusDays, writtenDay } from '../reading/days.ts'
import { fill, optional } from '../reading/form.ts'
import { digits } from '../reading/numbers.ts'
import { matching } from '../reading/texts.ts'
import { describe, type ImmunizationRow } from './immunization.ts'

const aCursor = matching(/^[12]\d{3}-\d{2}-\d{2}_[1-9]\d{0,17}$/, 'a cursor from an earlier answer')

const filters = {
  before: optional(writtenDay, null),
  cursor: optional(aCursor, null),
  limit: optional(digits(1, 200), 50),
}

/** A row, and apart from it where the list goes on behind it. */
interface Due extends ImmunizationRow {
  readonly cursor: string
}

/** What is still to be given up to a day, in the next 30 days unless told; the longest due first. */
export async function listDue({ req, res, caller, pool, clock }: Call): Promise<void> {
  const query = fill(filters, req.query)
  const before = query.before ?? plusDays(dayOf(clock()), 30)
  const [afterDay, afterId] = query.cursor?.split('_') ?? [null, null]
  const { rows } = await pool.query<Due>(
    `select i.immunization_id as id, i.animal_id as "petId", a.display_name as "petName",
       ${fullName} as "ownerName", g.phone as "ownerPhone", i.vaccine,
       to_char(i.due_on, 'DD/MM/YYYY') as "dueOn", i.status,
       i.due_on || '_' || i.immunization_id as cursor
     from immunizations i, ${visible}
       and i.animal_id = a.animal_id and i.status <> 'given' and i.due_on <= $3
       and ($4::date is null or (i.due_on, i.immunization_id) > ($4, $5::bigint))
     order by i.due_on, i.immunization_id limit $6`,
    [...scopeOf(caller), before, afterDay, afterId, query.limit + 1],
  )
  const shown = rows.slice(0, query.limit)
  res.json({
    items: shown.map(toItem),
    nextCursor: rows.length > shown.length ? shown.at(-1)!.cursor : null,
  })
}

function toItem(due: Due) {
  const { cursor: _, ...row } = due
  return describe(row)
}
