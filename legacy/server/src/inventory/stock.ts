import type { Queryable } from '../db/transaction.ts'
import { refuseStockConflicts } from './model.ts'

export interface Movement {
  readonly itemId: number
  readonly kind: 'received' | 'used' | 'adjusted' | 'expired'
  /** Into stock, or with a minus sign out of it. */
  readonly quantity: string
  readonly appointmentId?: number
  readonly orderId?: number
  readonly note?: string | null
}

export interface MovementRow {
  readonly id: string
  readonly item_id: number
  readonly kind: Movement['kind']
  readonly quantity: string
  readonly appointment_id: number | null
  readonly order_id: number | null
  readonly note: string | null
  readonly made_by: number | null
  readonly at: Date
}

/** Times are seconds since 1970 here: the first till that read them could do nothing else. */
export function toMovement(row: MovementRow) {
  return {
    id: row.id,
    itemId: row.item_id,
    kind: row.kind,
    quantity: row.quantity,
    appointmentId: row.appointment_id,
    orderId: row.order_id,
    note: row.note,
    madeBy: row.made_by,
    at: Math.floor(row.at.getTime() / 1000),
  }
}

/**
 * Changes the stock of an item and writes down that it did. Two that take from one item wait for each
 * other at its row; the check constraint refuses the one that finds too little.
 *
 * @throws Refusal 409
 */
export async function move(db: Queryable, userId: number, movement: Movement) {
  const { itemId, kind, quantity, appointmentId = null, orderId = null, note = null } = movement
  await db
    .query('update inventory_items set on_hand = on_hand + $2 where id = $1', [itemId, quantity])
    .catch(refuseStockConflicts)
  const { rows } = await db.query<MovementRow>(
    `insert into stock_movements (item_id, kind, quantity, appointment_id, order_id, note, made_by)
     values ($1, $2, $3, $4, $5, $6, $7) returning *`,
    [itemId, kind, quantity, appointmentId, orderId, note, userId],
  )
  return toMovement(rows[0]!)
}

/**
 * Several at once, always in the order of the items: two that move the same ones would otherwise wait for
 * each other until Postgres ends one of them as a deadlock.
 *
 * @throws Refusal 409
 */
export async function moveAll(db: Queryable, userId: number, movements: readonly Movement[]) {
  for (const movement of movements.toSorted((a, b) => a.itemId - b.itemId)) {
    await move(db, userId, movement)
  }
}
