import type { Queryable } from '../db/transaction.ts'
import { isoDay } from '../http/dates.ts'
import { readFields } from '../http/fields.ts'
import type { Call, User } from '../http/route.ts'
import { visiblePets } from '../patients/pet-model.ts'
import { scopeOf } from '../patients/scope.ts'
import type { Table } from './table.ts'

interface Vaccine {
  readonly vaccine: string
  readonly due: number
  readonly overdue: number
  readonly oldest: string
}

/** How many of each vaccine are to be given up to a day, that day included. */
export async function dueOf(db: Queryable, user: User, until: string) {
  const { rows } = await db.query<Vaccine>(
    `select v.vaccine, count(*) filter (where v.status = 'due')::integer as due,
       count(*) filter (where v.status = 'overdue')::integer as overdue, min(v.due_on) as oldest
     from vaccinations v, ${visiblePets}
       and v.pet_id = p.id and v.status <> 'done' and v.due_on <= $3
     group by v.vaccine order by v.vaccine collate "C"`,
    [...scopeOf(user), until],
  )
  return { until, vaccines: rows }
}

export async function showDue({ req, res, user, app }: Call): Promise<void> {
  const { until } = readFields(req.query, { until: isoDay })
  res.json(await dueOf(app.pool, user, until))
}

export function dueTable({ vaccines }: Awaited<ReturnType<typeof dueOf>>): Table {
  return {
    title: 'Vaccinations due',
    columns: ['Vaccine', 'Due', 'Overdue', 'Oldest'],
    rows: vaccines.map(({ vaccine, due, overdue, oldest }) => [vaccine, due, overdue, oldest]),
  }
}
