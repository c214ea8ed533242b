import { assignments, insertion } from '../db/columns.ts'
import { containing } from '../db/like.ts'
import { inTransaction } from '../db/transaction.ts'
import { decimal, digits, listOf, oneOf, optional, text } from '../http/checks.ts'
import { conflict, messageAndCode } from '../http/errors.ts'
import { readChanges, readFields } from '../http/fields.ts'
import { idParam } from '../http/params.ts'
import { type Area, type Call, get, patch, post, remove, staff } from '../http/route.ts'
import { itemColumns, type ItemRow, keptItem, keptItems } from './model.ts'
import { refuseStockConflicts, toItem } from './model.ts'
import { adjust, listMovements } from './movements.ts'
import { showUsage } from './usage.ts'

export const inventory: Area = {
  errors: messageAndCode,
  routes: [
    get('/inventory', staff, [200, 400], listItems),
    post('/inventory', ['admin', 'receptionist'], [201, 400, 409], addItem),
    get('/inventory/usage', staff, [200, 400], showUsage),
    get('/inventory/:id', staff, [200, 404], showItem),
    patch('/inventory/:id', ['admin', 'receptionist'], [200, 400, 404, 409], changeItem),
    remove('/inventory/:id', ['admin'], [204, 404, 409], archiveItem),
    get('/inventory/:id/movements', staff, [200, 400, 404], listMovements),
    post('/inventory/:id/adjustments', staff, [201, 400, 404, 409], adjust),
  ],
}

const filters = {
  q: optional(text(100, 0), ''),
  low: optional(oneOf(['true', 'false']), 'false'),
  page: optional(digits(1, 100_000), 1),
  size: optional(digits(1, 200), 50),
}

async function listItems({ req, res, user, app }: Call): Promise<void> {
  const { q, low, page, size } = readFields(req.query, filters)
  const found = `${keptItems} and (i.name ilike $2 or i.sku ilike $2)
    and ($3 = 'false' or i.on_hand <= i.reorder_at)`
  const values = [user.clinicId, containing(q), low]
  const { rows } = await app.pool.query<ItemRow>(
    `select ${itemColumns} from ${found} order by i.name collate "C", i.id limit $4 offset $5`,
    [...values, size, (page - 1) * size],
  )
  const counted = await app.pool.query<{ total: number }>(
    `select count(*)::integer as total from ${found}`,
    values,
  )
  res.json({
    items: rows.map(toItem),
    page: { number: page, size, total: counted.rows[0]!.total },
  })
}

async function showItem({ req, res, user, app }: Call): Promise<void> {
  res.json(toItem(await keptItem(app.pool, user, idParam(req, 'id', 'item'))))
}

const fields = {
  sku: text(40),
  name: text(200),
  unit: text(20),
  reorderAt: optional(decimal(6, 3), '0'),
  price: decimal(8, 2),
  tags: optional(listOf(text(40), 20), []),
}

/** A new item has no stock yet: what there is of it comes as a delivery or an adjustment. */
async function addItem({ req, res, user, app }: Call): Promise<void> {
  const { reorderAt, ...body } = readFields(req.body, fields)
  const row = { clinic_id: user.clinicId, ...body, reorder_at: reorderAt }
  const { into, values } = insertion(row)
  const added = await inTransaction(app.pool, user.email, async (tx) => {
    const { rows } = await tx
      .query<ItemRow>(`insert into inventory_items as i ${into} returning ${itemColumns}`, values)
      .catch(refuseStockConflicts)
    return rows[0]!
  })
  res.status(201).location(`/api/inventory/${added.id}`).json(toItem(added))
}

async function changeItem({ req, res, user, app }: Call): Promise<void> {
  const itemId = idParam(req, 'id', 'item')
  const { reorderAt, ...columns } = readChanges(req.body, fields)
  const set = assignments({ ...columns, reorder_at: reorderAt })
  const changed = await inTransaction(app.pool, user.email, async (tx) => {
    await keptItem(tx, user, itemId)
    if (set) {
      await tx
        .query(`update inventory_items set ${set.list} where id = $1`, [itemId, ...set.values])
        .catch(refuseStockConflicts)
    }
    return keptItem(tx, user, itemId)
  })
  res.json(toItem(changed))
}

/** It keeps its SKU and its movements; orders and treatments refer to it. */
async function archiveItem({ req, res, user, app }: Call): Promise<void> {
  const itemId = idParam(req, 'id', 'item')
  await inTransaction(app.pool, user.email, async (tx) => {
    await keptItem(tx, user, itemId)
    const { rowCount } = await tx.query(
      'update inventory_items set archived_at = now() where id = $1 and on_hand = 0',
      [itemId],
    )
    if (rowCount === 0) throw conflict('IN_STOCK', 'There is still some of it in stock')
  })
  res.status(204).end()
}
