import { inTransaction, type Queryable } from '../db/transaction.ts'
import { id, idDigits, integer, listOf, optional, record } from '../http/checks.ts'
import { timeOfDay } from '../http/dates.ts'
import { errorsByFieldOrCode, invalid, unprocessable } from '../http/errors.ts'
import { readFields } from '../http/fields.ts'
import { type Area, type Call, get, put, staff } from '../http/route.ts'

export const schedules: Area = {
  errors: errorsByFieldOrCode,
  routes: [
    get('/staff-schedules', staff, [200, 400], listSchedules),
    put('/staff-schedules', ['admin'], [200, 400, 422], replaceSchedule),
  ],
}

interface Period {
  readonly weekday: number
  readonly starts: string
  readonly ends: string
}

async function listSchedules({ req, res, user, app }: Call): Promise<void> {
  const { vetId } = readFields(req.query, { vetId: optional(idDigits, null) })
  res.json({ schedules: await schedulesOf(app.pool, user.clinicId, vetId) })
}

async function schedulesOf(db: Queryable, clinicId: number, vetId: number | null) {
  const { rows } = await db.query(
    `select s.vet_id as "vetId", u.name as "vetName", s.weekday,
       to_char(s.starts, 'HH24:MI') as starts, to_char(s.ends, 'HH24:MI') as ends
     from staff_schedules s join users u on u.id = s.vet_id
     where s.clinic_id = $1 and ($2::integer is null or s.vet_id = $2)
     order by s.vet_id, s.weekday, s.starts`,
    [clinicId, vetId],
  )
  return rows
}

const period = record({ weekday: integer(1, 7), starts: timeOfDay, ends: timeOfDay })

/** A vet's whole week at once; an empty one means that they do not work any more. */
async function replaceSchedule({ req, res, user, app }: Call): Promise<void> {
  const { vetId, week } = readFields(req.body, { vetId: id, week: listOf(period, 50) })
  refuseOverlaps(week)
  const schedules = await inTransaction(app.pool, user.email, async (tx) => {
    const vets = await tx.query(
      "select 1 from users where id = $1 and clinic_id = $2 and role = 'veterinarian' for share",
      [vetId, user.clinicId],
    )
    if (vets.rows.length === 0) throw unprocessable('UNKNOWN_VET', 'No such vet in this clinic')
    await tx.query('delete from staff_schedules where vet_id = $1', [vetId])
    await tx.query(
      `insert into staff_schedules (clinic_id, vet_id, weekday, starts, ends)
       select $1, $2, * from unnest($3::integer[], $4::time[], $5::time[])`,
      [user.clinicId, vetId, ...columnsOf(week)],
    )
    return schedulesOf(tx, user.clinicId, vetId)
  })
  res.json({ schedules })
}

function columnsOf(week: readonly Period[]) {
  return [
    week.map(({ weekday }) => weekday),
    week.map(({ starts }) => starts),
    week.map(({ ends }) => ends),
  ]
}

function refuseOverlaps(week: readonly Period[]): void {
  const sorted = week.toSorted(
    (a, b) => a.weekday - b.weekday || Number(a.starts > b.starts) - Number(a.starts < b.starts),
  )
  sorted.forEach((period, index) => {
    const before = sorted[index - 1]
    const overlaps = before?.weekday === period.weekday && before.ends > period.starts
    if (period.ends <= period.starts || overlaps) {
      throw invalid([
        { field: 'week', message: 'must have periods that end later and do not overlap' },
      ])
    }
  })
}
