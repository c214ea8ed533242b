import { isoDay } from '../http/dates.ts'
import { invalid } from '../http/errors.ts'
import { readFields } from '../http/fields.ts'
import type { Call } from '../http/route.ts'
import { itemColumns, type ItemRow } from './model.ts'

interface Used {
  readonly used: string
  readonly lost: string
  readonly value: string
}

/**
 * What was used and what was lost from one day to another, both included, in UTC. Adds up each item's
 * movements on its own.
 */
export async function showUsage({ req, res, user, app }: Call): Promise<void> {
  const { from, to } = readFields(req.query, { from: isoDay, to: isoDay })
  if (to < from) throw invalid([{ field: 'to', message: 'must not be before from' }])
  const { rows: items } = await app.pool.query<ItemRow>(
    `select ${itemColumns} from inventory_items i where i.clinic_id = $1 order by i.sku collate "C"`,
    [user.clinicId],
  )
  const usage: object[] = []
  for (const { id, sku, name, unit, price } of items) {
    const { rows } = await app.pool.query<Used>(
      `select coalesce(-sum(quantity) filter (where kind = 'used'), 0)::numeric(14, 3) as used,
         coalesce(-sum(quantity) filter (where kind = 'expired'), 0)::numeric(14, 3) as lost,
         coalesce(-sum(quantity) filter (where kind = 'used') * $4, 0)::numeric(16, 2) as value
       from stock_movements
       where item_id = $1 and at >= $2::date and at < $3::date + 1`,
      [id, from, to, price],
    )
    usage.push({ itemId: id, sku, name, unit, ...rows[0]! })
  }
  res.json({ from, to, usage })
}
