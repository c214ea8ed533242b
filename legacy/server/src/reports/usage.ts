import type { Queryable } from '../db/transaction.ts'
import type { Call, User } from '../http/route.ts'
import { type Period, readPeriod } from './period.ts'
import type { Table } from './table.ts'

interface Given {
  readonly description: string
  readonly times: number
  readonly quantity: string
}

/** What each vet gave and did. Asks vet by vet. */
export async function usageOf(db: Queryable, user: User, { from, to }: Period) {
  const { rows: vets } = await db.query<{ id: number; name: string; visits: number }>(
    `select u.id, u.name, count(*)::integer as visits
     from medical_records r join users u on u.id = r.vet_id
     where r.clinic_id = $1 and r.visited_on between $2 and $3
     group by u.id order by u.id`,
    [user.clinicId, from, to],
  )
  const shown: { vetId: number; vetName: string; visits: number; treatments: Given[] }[] = []
  for (const { id, name, visits } of vets) {
    const { rows } = await db.query<Given>(
      `select t.description, count(*)::integer as times, sum(t.quantity) as quantity
       from treatments t join medical_records r on r.id = t.record_id
       where r.clinic_id = $1 and r.visited_on between $2 and $3 and r.vet_id = $4
       group by t.description order by t.description collate "C"`,
      [user.clinicId, from, to, id],
    )
    shown.push({ vetId: id, vetName: name, visits, treatments: rows })
  }
  return { from, to, vets: shown }
}

export async function showUsage({ req, res, user, app }: Call): Promise<void> {
  res.json(await usageOf(app.pool, user, readPeriod(req.query)))
}

export function usageTable({ vets }: Awaited<ReturnType<typeof usageOf>>): Table {
  return {
    title: 'Usage',
    columns: ['Veterinarian', 'Treatment', 'Times', 'Quantity'],
    rows: vets.flatMap(({ vetName, treatments }) =>
      treatments.map(({ description, times, quantity }) => [vetName, description, times, quantity]),
    ),
  }
}
