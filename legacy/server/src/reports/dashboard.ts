import type { Call } from '../http/route.ts'

interface Numbers {
  readonly date: string
  readonly booked: number
  readonly checked_in: number
  readonly completed: number
}

/** Today by the clinic's clock. One query for each number. */
export async function showDashboard({ res, user, app }: Call): Promise<void> {
  const { rows } = await app.pool.query<Numbers>(
    `select to_char($2 at time zone c.timezone, 'DD Mon YYYY') as date,
       count(a.id) filter (where a.status = 'booked')::integer as booked,
       count(a.id) filter (where a.status = 'checked_in')::integer as checked_in,
       count(a.id) filter (where a.status = 'completed')::integer as completed
     from clinics c
     left join appointments a on a.clinic_id = c.id
       and (lower(a.during) at time zone c.timezone)::date = ($2 at time zone c.timezone)::date
     where c.id = $1 group by c.timezone`,
    [user.clinicId, app.clock()],
  )
  const count = async (sql: string) => {
    const counted = await app.pool.query<{ count: number }>(
      `select count(*)::integer as count from ${sql}`,
      [user.clinicId],
    )
    return counted.rows[0]!.count
  }
  const pets = `pets p join owners o on o.id = p.owner_id
    where o.clinic_id = $1 and p.deleted_at is null`
  const { date = null, booked = 0, checked_in = 0, completed = 0 } = rows[0] ?? {}
  res.json({
    date,
    today: { booked, checkedIn: checked_in, completed },
    pets: await count(pets),
    overdueVaccinations: await count(
      `vaccinations v where v.status = 'overdue' and v.pet_id in (select p.id from ${pets})`,
    ),
    lowStock: await count(
      `inventory_items where clinic_id = $1 and archived_at is null and on_hand <= reorder_at`,
    ),
    openOrders: await count(`purchase_orders where clinic_id = $1 and status = 'ordered'`),
  })
}
