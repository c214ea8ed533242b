import { refuseOn } from '../db/sql-state.ts'
import type { Queryable } from '../db/transaction.ts'
import { type Check, wrong } from '../http/fields.ts'
import { conflict, notFound } from '../http/errors.ts'
import type { User } from '../http/route.ts'

/** Quantities and money are numeric, which the driver hands over as text: no digit is lost. */
export interface ItemRow {
  readonly id: number
  readonly clinic_id: number
  readonly sku: string
  readonly name: string
  readonly unit: string
  readonly on_hand: string
  readonly reorder_at: string
  readonly price: string
  readonly tags: readonly string[]
  readonly is_low: boolean
  readonly created_at: Date
  readonly updated_at: Date
}

export const itemColumns = `i.id, i.clinic_id, i.sku, i.name, i.unit, i.on_hand, i.reorder_at,
  i.price, i.tags, i.on_hand <= i.reorder_at as is_low, i.created_at, i.updated_at`

/** The clinic's items that are still kept; $1 is the clinic. More conditions start at $2. */
export const keptItems = 'inventory_items i where i.clinic_id = $1 and i.archived_at is null'

export function toItem(row: ItemRow) {
  return {
    id: row.id,
    clinicId: row.clinic_id,
    sku: row.sku,
    name: row.name,
    unit: row.unit,
    onHand: row.on_hand,
    reorderAt: row.reorder_at,
    low: row.is_low,
    price: row.price,
    tags: row.tags,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

/** @throws Refusal 404 */
export async function keptItem(db: Queryable, user: User, itemId: number): Promise<ItemRow> {
  const { rows } = await db.query<ItemRow>(
    `select ${itemColumns} from ${keptItems} and i.id = $2`,
    [user.clinicId, itemId],
  )
  if (!rows[0]) throw notFound('item')
  return rows[0]
}

const signed = /^-?\d{1,6}(\.\d{1,3})?$/

/** What goes into stock, or with a minus sign out of it, as text so that no digit is lost. */
export const signedQuantity: Check<string> = (value) => {
  if (value === undefined) return wrong('is required')
  const written = typeof value === 'number' ? String(value) : value
  const fits = typeof written === 'string' && signed.test(written) && Number(written) !== 0
  return fits ? written : wrong('must be a number like -2.5, with up to 6 digits and 3 decimals')
}

export const refuseStockConflicts = refuseOn({
  inventory_items_sku_key: conflict('SKU_TAKEN', 'Another item has this SKU'),
  inventory_items_never_negative: conflict('OUT_OF_STOCK', 'There is not enough in stock'),
})
