import { insertion } from '../db/columns.ts'
import type { Queryable } from '../db/transaction.ts'
import { unprocessable } from '../http/errors.ts'
import type { User } from '../http/route.ts'
import { moveAll } from '../inventory/stock.ts'
import type { Treatment } from './fields.ts'

/** @returns the id of the new record */
export async function insertRecord(
  tx: Queryable,
  columns: Readonly<Record<string, unknown>>,
): Promise<string> {
  const { into, values } = insertion(columns)
  const { rows } = await tx.query<{ id: string }>(
    `insert into medical_records ${into} returning id`,
    values,
  )
  return rows[0]!.id
}

/** @throws Refusal 422 for an item that the clinic does not keep. */
export async function insertTreatment(
  tx: Queryable,
  user: User,
  recordId: string,
  { itemId, description, quantity, unitPrice }: Treatment,
): Promise<void> {
  const { rowCount } = await tx.query(
    itemId === null
      ? `insert into treatments (record_id, item_id, description, quantity, unit_price)
         select $1, $2::integer, $3, $4, $5 where $6::integer is not null`
      : `insert into treatments (record_id, item_id, description, quantity, unit_price)
         select $1, id, coalesce($3, name), $4, coalesce($5, price) from inventory_items
         where id = $2 and clinic_id = $6 and archived_at is null`,
    [recordId, itemId, description, quantity, unitPrice, user.clinicId],
  )
  if (rowCount === 0) throw unprocessable('UNKNOWN_ITEM', 'No such item')
}

/** @throws Refusal 409 for something that there is not enough of; then none of it is taken. */
export async function takeStock(
  tx: Queryable,
  user: User,
  treatments: readonly Treatment[],
  appointmentId: number | null,
): Promise<void> {
  const visit = appointmentId === null ? {} : { appointmentId }
  const taken = treatments.flatMap(({ itemId, quantity }) =>
    itemId === null ? [] : [{ itemId, kind: 'used' as const, quantity: `-${quantity}`, ...visit }],
  )
  await moveAll(tx, user.id, taken)
}
