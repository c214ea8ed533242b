import { inTransaction, type Queryable } from '../db/transaction.ts'
import { type Check, type Checked } from '../http/fields.ts'
import { decimal, digits, id, listOf, oneOf, optional, record, where } from '../http/checks.ts'
import { addDays, dayOf } from '../http/dates.ts'
import { conflict, messageAndCode, unprocessable } from '../http/errors.ts'
import { readFields } from '../http/fields.ts'
import { idParam } from '../http/params.ts'
import { act, type Area, type Call, get, post, put, staff, type User } from '../http/route.ts'
import { clinicsOrder, clinicsOrders, describeOrder, type OrderRow } from './order-model.ts'
import { moveAll } from './stock.ts'

const buyers = ['admin', 'receptionist'] as const

export const purchaseOrders: Area = {
  errors: messageAndCode,
  routes: [
    get('/purchase-orders', staff, [200, 400], listOrders),
    post('/purchase-orders', buyers, [201, 400, 422], draft),
    get('/purchase-orders/:id', staff, [200, 404], showOrder),
    put('/purchase-orders/:id', buyers, [200, 400, 404, 409, 422], redraft),
    act('/purchase-orders/:id/order', buyers, [200, 404, 409], order),
    act('/purchase-orders/:id/receive', staff, [200, 404, 409], receive),
  ],
}

const filters = {
  status: optional(oneOf(['draft', 'ordered', 'received']), null),
  offset: optional(digits(0, 100_000), 0),
  limit: optional(digits(1, 100), 20),
}

async function listOrders({ req, res, user, app }: Call): Promise<void> {
  const { status, offset, limit } = readFields(req.query, filters)
  const { rows } = await app.pool.query<OrderRow>(
    `${clinicsOrders} and ($2::purchase_order_status is null or o.status = $2)
     order by o.id desc limit $3 offset $4`,
    [user.clinicId, status, limit, offset],
  )
  const orders: object[] = []
  for (const row of rows) orders.push(await describeOrder(app.pool, row))
  res.json({ orders, offset })
}

async function showOrder({ req, res, user, app }: Call): Promise<void> {
  const row = await clinicsOrder(app.pool, user, idParam(req, 'id', 'order'))
  res.json(await describeOrder(app.pool, row))
}

const positive = (check: Check<string>) =>
  where(check, (value) => Number(value) > 0, 'must be more than 0')
const line = { itemId: id, quantity: positive(decimal(6, 3)), unitCost: decimal(6, 4) }
const fields = { supplierId: id, lines: listOf(record(line), 100) }
type Draft = Checked<typeof fields>

async function draft({ req, res, user, app }: Call): Promise<void> {
  const body = readFields(req.body, fields)
  const drafted = await inTransaction(app.pool, user.email, async (tx) => {
    await requireSupplier(tx, user, body.supplierId)
    const { rows } = await tx.query<{ id: number }>(
      `insert into purchase_orders (clinic_id, supplier_id, made_by) values ($1, $2, $3)
       returning id`,
      [user.clinicId, body.supplierId, user.id],
    )
    await writeLines(tx, user, rows[0]!.id, body)
    return describeOrder(tx, await clinicsOrder(tx, user, rows[0]!.id))
  })
  res.status(201).location(`/api/purchase-orders/${drafted.id}`).json(drafted)
}

/** Supplier and lines at once, as long as nothing was ordered. */
async function redraft({ req, res, user, app }: Call): Promise<void> {
  const orderId = idParam(req, 'id', 'order')
  const body = readFields(req.body, fields)
  const drafted = await inTransaction(app.pool, user.email, async (tx) => {
    requireStatus(await clinicsOrder(tx, user, orderId, 'lock'), 'draft')
    await requireSupplier(tx, user, body.supplierId)
    await tx.query('update purchase_orders set supplier_id = $2 where id = $1', [
      orderId,
      body.supplierId,
    ])
    await tx.query('delete from purchase_order_lines where order_id = $1', [orderId])
    await writeLines(tx, user, orderId, body)
    return describeOrder(tx, await clinicsOrder(tx, user, orderId))
  })
  res.json(drafted)
}

async function requireSupplier(tx: Queryable, user: User, supplierId: number): Promise<void> {
  const { rows } = await tx.query('select 1 from suppliers where id = $1 and clinic_id = $2', [
    supplierId,
    user.clinicId,
  ])
  if (rows.length === 0) throw unprocessable('UNKNOWN_SUPPLIER', 'No such supplier')
}

/** Line by line, as the form sends them. */
async function writeLines(tx: Queryable, user: User, orderId: number, { lines }: Draft) {
  for (const [index, { itemId, quantity, unitCost }] of lines.entries()) {
    const { rowCount } = await tx.query(
      `insert into purchase_order_lines (order_id, line, item_id, quantity, unit_cost)
       select $1, $2, id, $4, $5 from inventory_items
       where id = $3 and clinic_id = $6 and archived_at is null`,
      [orderId, index + 1, itemId, quantity, unitCost, user.clinicId],
    )
    if (rowCount === 0) throw unprocessable('UNKNOWN_ITEM', 'No such item')
  }
}

async function order({ req, res, user, app }: Call): Promise<void> {
  const orderId = idParam(req, 'id', 'order')
  const today = dayOf(app.clock())
  const ordered = await inTransaction(app.pool, user.email, async (tx) => {
    const was = await clinicsOrder(tx, user, orderId, 'lock')
    requireStatus(was, 'draft')
    const { lines } = await describeOrder(tx, was)
    if (lines.length === 0) throw conflict('EMPTY', 'The order has no lines')
    await tx.query(
      `update purchase_orders set status = 'ordered', ordered_on = $2, expected_on = $3
       where id = $1`,
      [orderId, today, addDays(today, was.lead_days)],
    )
    return describeOrder(tx, await clinicsOrder(tx, user, orderId))
  })
  res.json(ordered)
}

/** All of it arrives at once. */
async function receive({ req, res, user, app }: Call): Promise<void> {
  const orderId = idParam(req, 'id', 'order')
  const received = await inTransaction(app.pool, user.email, async (tx) => {
    const was = await clinicsOrder(tx, user, orderId, 'lock')
    requireStatus(was, 'ordered')
    const { lines } = await describeOrder(tx, was)
    const kind = 'received' as const
    const deliveries = lines.map(({ itemId, quantity }) => ({ itemId, kind, quantity, orderId }))
    await moveAll(tx, user.id, deliveries)
    await tx.query(
      "update purchase_orders set status = 'received', received_on = $2 where id = $1",
      [orderId, dayOf(app.clock())],
    )
    return describeOrder(tx, await clinicsOrder(tx, user, orderId))
  })
  res.json(received)
}

function requireStatus({ status }: OrderRow, wanted: OrderRow['status']): void {
  if (status !== wanted) {
    throw conflict(wanted === 'draft' ? 'NOT_DRAFT' : 'NOT_ORDERED', `The order is ${status}`)
  }
}
