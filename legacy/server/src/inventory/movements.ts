import { inTransaction } from '../db/transaction.ts'
import { digits, matching, nullable, oneOf, optional, text } from '../http/checks.ts'
import { readFields } from '../http/fields.ts'
import { idParam } from '../http/params.ts'
import type { Call } from '../http/route.ts'
import { keptItem, signedQuantity } from './model.ts'
import { move, type MovementRow, toMovement } from './stock.ts'

const paging = {
  before: optional(matching(/^[1-9]\d{0,17}$/, 'the id of a movement'), null),
  limit: optional(digits(1, 200), 50),
}

/** Newest first; `before` continues behind the last movement that the client has. */
export async function listMovements({ req, res, user, app }: Call): Promise<void> {
  const itemId = idParam(req, 'id', 'item')
  const { before, limit } = readFields(req.query, paging)
  await keptItem(app.pool, user, itemId)
  const { rows } = await app.pool.query<MovementRow>(
    `select * from stock_movements
     where item_id = $1 and ($2::bigint is null or id < $2) order by id desc limit $3`,
    [itemId, before, limit],
  )
  res.json(rows.map(toMovement))
}

const kinds = ['adjusted', 'used', 'expired'] as const

const adjustment = {
  quantity: signedQuantity,
  kind: optional(oneOf(kinds), kinds[0]),
  note: optional(nullable(text(500, 0)), null),
}

export async function adjust({ req, res, user, app }: Call): Promise<void> {
  const itemId = idParam(req, 'id', 'item')
  const body = readFields(req.body, adjustment)
  const moved = await inTransaction(app.pool, user.email, async (tx) => {
    await keptItem(tx, user, itemId)
    return move(tx, user.id, { itemId, ...body })
  })
  res.status(201).json(moved)
}
