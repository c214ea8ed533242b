import { digits, matching, optional } from '../http/checks.ts'
import { addDays, dayOf, writtenDay } from '../http/dates.ts'
import { readFields } from '../http/fields.ts'
import type { Call } from '../http/route.ts'
import { visiblePets } from './pet-model.ts'
import { scopeOf } from './scope.ts'

interface DueRow {
  readonly id: string
  readonly pet_id: number
  readonly name: string
  readonly full_name: string
  readonly phone: string | null
  readonly vaccine: string
  readonly due_on: string
  readonly due: string
  readonly status: string
}

const paging = {
  before: optional(writtenDay, null),
  cursor: optional(
    matching(/^[12]\d{3}-\d{2}-\d{2}_[1-9]\d{0,17}$/, 'a cursor from an earlier answer'),
    null,
  ),
  limit: optional(digits(1, 200), 50),
}

/** What is still to be given up to a day, 30 days from now unless told; the longest due come first. */
export async function listDue({ req, res, user, app }: Call): Promise<void> {
  const query = readFields(req.query, paging)
  const before = query.before ?? addDays(dayOf(app.clock()), 30)
  const [cursorDay, cursorId] = query.cursor?.split('_') ?? [null, null]
  const { rows } = await app.pool.query<DueRow>(
    `select v.id, v.pet_id, p.name, o.full_name, o.phone, v.vaccine, v.due_on,
       to_char(v.due_on, 'DD/MM/YYYY') as due, v.status
     from vaccinations v, ${visiblePets}
       and v.pet_id = p.id and v.status <> 'done' and v.due_on <= $3
       and ($4::date is null or (v.due_on, v.id) > ($4, $5::bigint))
     order by v.due_on, v.id limit $6`,
    [...scopeOf(user), before, cursorDay, cursorId, query.limit + 1],
  )
  const shown = rows.slice(0, query.limit)
  const last = shown.at(-1)
  res.json({
    items: shown.map(toDue),
    nextCursor: last && rows.length > query.limit ? `${last.due_on}_${last.id}` : null,
  })
}

function toDue(row: DueRow) {
  return {
    id: row.id,
    petId: row.pet_id,
    petName: row.name,
    ownerName: row.full_name,
    ownerPhone: row.phone,
    vaccine: row.vaccine,
    dueOn: row.due,
    status: row.status,
  }
}
