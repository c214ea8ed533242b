import { type Answer, Refusal, json, readFields } from '../http.ts'
import { type Call, keyIn } from './call.ts'

const asJson = `json_build_object('id', id::text, 'parcelId', parcel_id::text,
  'amount', amount::text, 'issuedAt', issued_at, 'paidAt', paid_at)::text AS body`

export async function listInvoices({ pool, query }: Call): Promise<Answer> {
  const parcel = query.get('parcel')
  const { rows } = await pool.query<{ body: string }>(
    `SELECT ${asJson} FROM depot.invoices
      WHERE $1::bigint IS NULL OR parcel_id = $1 ORDER BY id LIMIT 500`,
    [parcel === null ? null : keyIn([parcel])],
  )
  return json(200, `[${rows.map((row) => row.body).join(',\n')}]`)
}

export async function showInvoice({ pool, args }: Call): Promise<Answer> {
  const { rows } = await pool.query<{ body: string }>(
    `SELECT ${asJson} FROM depot.invoices WHERE id = $1`,
    [keyIn(args)],
  )
  if (!rows[0]) throw new Refusal(404, 'no such invoice')
  return json(200, rows[0].body)
}

/** Only what has reached an end is invoiced. Such a parcel is closed: it is never deleted again. */
export async function createInvoice({ pool, request }: Call): Promise<Answer> {
  const { parcelId, amount } = await readFields(request)
  if (typeof parcelId !== 'string' || !/^[1-9]\d{0,18}$/.test(parcelId)) {
    throw new Refusal(400, 'bad parcelId')
  }
  if (typeof amount !== 'string' || !/^\d{1,20}(\.\d{1,10})?$/.test(amount)) {
    throw new Refusal(400, 'bad amount')
  }
  const found = await pool.query<{ closed: boolean }>(
    `SELECT status IN ('delivered', 'returned') AS closed FROM depot.parcels WHERE id = $1`,
    [parcelId],
  )
  if (!found.rows[0]) throw new Refusal(422, 'no such parcel')
  if (!found.rows[0].closed) throw new Refusal(409, 'still under way')
  const { rows } = await pool.query<{ body: string; id: string }>(
    `INSERT INTO depot.invoices (parcel_id, amount) VALUES ($1, $2) RETURNING id::text, ${asJson}`,
    [parcelId, amount],
  )
  return json(201, rows[0]!.body, { location: `/invoices/${rows[0]!.id}` })
}

export async function payInvoice({ pool, args }: Call): Promise<Answer> {
  const id = keyIn(args)
  const { rows } = await pool.query<{ body: string }>(
    `UPDATE depot.invoices SET paid_at = now() WHERE id = $1 AND paid_at IS NULL RETURNING ${asJson}`,
    [id],
  )
  if (rows[0]) return json(200, rows[0].body)
  const { rowCount } = await pool.query('SELECT FROM depot.invoices WHERE id = $1', [id])
  throw rowCount ? new Refusal(409, 'paid already') : new Refusal(404, 'no such invoice')
}

export async function deleteInvoice({ pool, args }: Call): Promise<Answer> {
  const { rowCount } = await pool.query('DELETE FROM depot.invoices WHERE id = $1', [keyIn(args)])
  if (!rowCount) throw new Refusal(404, 'no such invoice')
  return { status: 204 }
}
