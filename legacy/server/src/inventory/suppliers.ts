import { assignments } from '../db/columns.ts'
import { refuseOn } from '../db/sql-state.ts'
import { inTransaction } from '../db/transaction.ts'
import { email, integer, nullable, optional, text } from '../http/checks.ts'
import { conflict, messageAndCode, notFound } from '../http/errors.ts'
import { readChanges, readFields } from '../http/fields.ts'
import { idParam } from '../http/params.ts'
import { type Area, type Call, get, patch, post, staff } from '../http/route.ts'

export const suppliers: Area = {
  errors: messageAndCode,
  routes: [
    get('/suppliers', staff, [200], listSuppliers),
    post('/suppliers', ['admin'], [201, 400, 409], addSupplier),
    patch('/suppliers/:id', ['admin'], [200, 400, 404, 409], changeSupplier),
  ],
}

const columns = 'id, name, email, phone, lead_days as "leadDays"'

const fields = {
  name: text(200),
  email: optional(nullable(email), null),
  phone: optional(nullable(text(50, 0)), null),
  leadDays: optional(integer(0, 365), 3),
}

const refuseTakenName = refuseOn({
  suppliers_name_key: conflict('SUPPLIER_EXISTS', 'There is a supplier of this name already'),
})

async function listSuppliers({ res, user, app }: Call): Promise<void> {
  const { rows } = await app.pool.query(
    `select ${columns} from suppliers where clinic_id = $1 order by name collate "C"`,
    [user.clinicId],
  )
  res.json(rows)
}

async function addSupplier({ req, res, user, app }: Call): Promise<void> {
  const body = readFields(req.body, fields)
  const added = await inTransaction(app.pool, user.email, async (tx) => {
    const { rows } = await tx
      .query<object>(
        `insert into suppliers (clinic_id, name, email, phone, lead_days)
         values ($1, $2, $3, $4, $5) returning ${columns}`,
        [user.clinicId, body.name, body.email, body.phone, body.leadDays],
      )
      .catch(refuseTakenName)
    return rows[0]!
  })
  res.status(201).json(added)
}

async function changeSupplier({ req, res, user, app }: Call): Promise<void> {
  const supplierId = idParam(req, 'id', 'supplier')
  const { leadDays, ...plain } = readChanges(req.body, fields)
  const set = assignments({ ...plain, lead_days: leadDays })
  const changed = await inTransaction(app.pool, user.email, async (tx) => {
    const { rows } = await tx.query<object>(
      `select ${columns} from suppliers where id = $1 and clinic_id = $2 for no key update`,
      [supplierId, user.clinicId],
    )
    if (!rows[0]) throw notFound('supplier')
    if (!set) return rows[0]
    const updated = await tx
      .query<object>(`update suppliers set ${set.list} where id = $1 returning ${columns}`, [
        supplierId,
        ...set.values,
      ])
      .catch(refuseTakenName)
    return updated.rows[0]
  })
  res.json(changed)
}
