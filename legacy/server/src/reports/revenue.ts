import type { Queryable } from '../db/transaction.ts'
import type { Call, User } from '../http/route.ts'
import { type Period, readPeriod } from './period.ts'
import type { Table } from './table.ts'

interface VisitRow {
  readonly id: string
  readonly month: string
  readonly price: string | null
}

interface Month {
  readonly month: string
  readonly visits: number
  readonly services: string
  readonly treatments: string
  readonly total: string
}

/**
 * What each month brought: the price of the service that was booked, and the treatments. Goes through the
 * visits one by one, as the invoices were once written; a year of a clinic takes seconds.
 */
export async function revenueOf(db: Queryable, user: User, { from, to }: Period) {
  const { rows: visits } = await db.query<VisitRow>(
    `select r.id, to_char(r.visited_on, 'YYYY-MM') as month, s.price
     from medical_records r
     left join appointments a on a.id = r.appointment_id
     left join service_types s on s.id = a.service_type_id
     where r.clinic_id = $1 and r.visited_on between $2 and $3
     order by r.visited_on, r.id`,
    [user.clinicId, from, to],
  )
  const months = new Map<string, { visits: number; services: bigint; treatments: bigint }>()
  for (const { id, month, price } of visits) {
    const { rows } = await db.query<{ sum: string }>(
      'select coalesce(sum(total), 0)::numeric(26, 2) as sum from treatments where record_id = $1',
      [id],
    )
    const so = months.get(month) ?? { visits: 0, services: 0n, treatments: 0n }
    months.set(month, {
      visits: so.visits + 1,
      services: so.services + cents(price ?? '0.00'),
      treatments: so.treatments + cents(rows[0]!.sum),
    })
  }
  const all = [...months.values()].reduce((sum, each) => sum + each.services + each.treatments, 0n)
  return { from, to, months: [...months].map(toMonth), total: money(all) }
}

function toMonth([month, { visits, services, treatments }]: [
  string,
  { visits: number; services: bigint; treatments: bigint },
]): Month {
  const total = money(services + treatments)
  return { month, visits, services: money(services), treatments: money(treatments), total }
}

/** Money has two decimals in the database, and no digit may get lost. */
const cents = (amount: string) => BigInt(amount.replace('.', ''))

function money(amount: bigint): string {
  const digits = String(amount).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

export async function showRevenue({ req, res, user, app }: Call): Promise<void> {
  res.json(await revenueOf(app.pool, user, readPeriod(req.query)))
}

export function revenueTable({ months }: Awaited<ReturnType<typeof revenueOf>>): Table {
  return {
    title: 'Revenue',
    columns: ['Month', 'Visits', 'Services', 'Treatments', 'Total'],
    rows: months.map((each) => Object.values(each)),
  }
}
