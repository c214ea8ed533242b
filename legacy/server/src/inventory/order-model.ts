import type { Queryable } from '../db/transaction.ts'
import { notFound } from '../http/errors.ts'
import type { User } from '../http/route.ts'

export interface OrderRow {
  readonly id: number
  readonly supplier_id: number
  readonly supplier_name: string
  readonly lead_days: number
  readonly status: 'draft' | 'ordered' | 'received'
  readonly ordered: string | null
  readonly expected: string | null
  readonly received: string | null
  readonly made_by: number | null
  readonly created_at: Date
}

/** Days as they stand on the suppliers' delivery notes. $1 is the clinic. */
export const clinicsOrders = `select o.id, o.supplier_id, s.name as supplier_name, s.lead_days,
    o.status, to_char(o.ordered_on, 'DD/MM/YYYY') as ordered,
    to_char(o.expected_on, 'DD/MM/YYYY') as expected,
    to_char(o.received_on, 'DD/MM/YYYY') as received, o.made_by, o.created_at
  from purchase_orders o join suppliers s on s.id = o.supplier_id
  where o.clinic_id = $1`

/** @throws Refusal 404 */
export async function clinicsOrder(
  db: Queryable,
  user: User,
  orderId: number,
  lock: 'lock' | 'no lock' = 'no lock',
): Promise<OrderRow> {
  const { rows } = await db.query<OrderRow>(
    `${clinicsOrders} and o.id = $2 ${lock === 'lock' ? 'for no key update of o' : ''}`,
    [user.clinicId, orderId],
  )
  if (!rows[0]) throw notFound('order')
  return rows[0]
}

export interface LineRow {
  readonly line: number
  readonly itemId: number
  readonly itemName: string
  readonly quantity: string
  readonly unitCost: string
  readonly cost: string
}

/** An order as clients see it. Asks for its lines order by order. */
export async function describeOrder(db: Queryable, row: OrderRow) {
  const { rows: lines } = await db.query<LineRow>(
    `select l.line, l.item_id as "itemId", i.name as "itemName", l.quantity,
       l.unit_cost as "unitCost", (l.quantity * l.unit_cost)::numeric(24, 2) as cost
     from purchase_order_lines l join inventory_items i on i.id = l.item_id
     where l.order_id = $1 order by l.line`,
    [row.id],
  )
  const { rows: sums } = await db.query<{ total: string }>(
    `select coalesce(sum(quantity * unit_cost), 0)::numeric(24, 2) as total
     from purchase_order_lines where order_id = $1`,
    [row.id],
  )
  return {
    id: row.id,
    supplierId: row.supplier_id,
    supplierName: row.supplier_name,
    status: row.status,
    orderedOn: row.ordered,
    expectedOn: row.expected,
    receivedOn: row.received,
    total: sums[0]!.total,
    lines,
    madeBy: row.made_by,
    createdAt: row.created_at,
  }
}
