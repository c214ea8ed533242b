import { type Answer, Refusal, json, readFields } from '../http.ts'
import { type Call, keyIn, supervisorOnly } from './call.ts'
import { inTransaction } from './database.ts'
import { readParcel } from './parcel-input.ts'

const asJson = `json_build_object(
  'id', id::text, 'trackingNo', tracking_no, 'accountId', account_id::text, 'status', status,
  'recipient', recipient, 'hub', hub, 'bay', bay, 'dueOn', due_on, 'weightGrams', weight_grams,
  'declaredValue', declared_value::text, 'customs', customs, 'tags', tags,
  'scannerIp', scanner_ip, 'volumeLitres', volume_litres, 'pickupSlot', pickup_slot,
  'transitLimit', transit_limit, 'handedIn', handed_in,
  'createdAt', created_at, 'updatedAt', updated_at)::text AS body`

/** Where a parcel can go from where it is. One that is delivered or returned is closed for good. */
const next: Readonly<Record<string, readonly string[]>> = {
  announced: ['accepted', 'lost'],
  accepted: ['in_transit', 'lost'],
  in_transit: ['out_for_delivery', 'lost'],
  out_for_delivery: ['delivered', 'returned', 'in_transit', 'lost'],
  delivered: [],
  returned: [],
  lost: ['in_transit'],
}

export async function listParcels({ pool, query }: Call): Promise<Answer> {
  const status = query.get('status')
  if (status !== null && !Object.hasOwn(next, status)) throw new Refusal(400, 'bad status')
  const limit = Number(query.get('limit') ?? 50)
  if (!Number.isInteger(limit) || limit < 1 || limit > 500) throw new Refusal(400, 'bad limit')
  const after = query.get('after') ?? '0'
  if (!/^\d{1,18}$/.test(after)) throw new Refusal(400, 'bad after')
  const { rows } = await pool.query<{ id: string; body: string }>(
    `SELECT id::text, ${asJson} FROM depot.parcels
      WHERE ($1::text IS NULL OR hub = $1) AND ($2::text IS NULL OR status::text = $2) AND id > $3
      ORDER BY depot.parcels.id LIMIT $4`,
    [query.get('hub'), status, after, limit + 1],
  )
  const shown = rows.slice(0, limit)
  const more = rows.length > limit ? { 'x-depot-after': shown.at(-1)!.id } : {}
  return json(200, `[${shown.map((row) => row.body).join(',\n')}]`, more)
}

export async function showParcel({ pool, args }: Call): Promise<Answer> {
  const { rows } = await pool.query<{ body: string }>(
    `SELECT ${asJson} FROM depot.parcels WHERE id = $1`,
    [keyIn(args)],
  )
  if (!rows[0]) throw new Refusal(404, 'no such parcel')
  return json(200, rows[0].body)
}

export async function createParcel({ pool, request, who }: Call): Promise<Answer> {
  const given = readParcel(await readFields(request), { whole: true })
  const columns = ['account_id', ...given.map(([column]) => column)]
  const values = [who.accountId, ...given.map(([, value]) => value)]
  const { rows } = await pool.query<{ id: string; body: string }>(
    `INSERT INTO depot.parcels (${columns.join(', ')})
     VALUES (${values.map((_, at) => `$${at + 1}`).join(', ')}) RETURNING id::text, ${asJson}`,
    values,
  )
  return json(201, rows[0]!.body, { location: `/parcels/${rows[0]!.id}` })
}

const lock = 'SELECT status FROM depot.parcels WHERE id = $1 FOR UPDATE'

export async function changeParcel({ pool, request, args }: Call): Promise<Answer> {
  const id = keyIn(args)
  const fields = await readFields(request)
  const given = readParcel(fields, { whole: false })
  const { status } = fields
  if (status !== undefined) {
    if (typeof status !== 'string' || !Object.hasOwn(next, status)) {
      throw new Refusal(400, 'bad status')
    }
    given.push(['status', status])
  }
  if (given.length === 0) throw new Refusal(400, 'nothing to change')
  return inTransaction(pool, async (client) => {
    const now = (await client.query<{ status: string }>(lock, [id])).rows[0]?.status
    if (now === undefined) throw new Refusal(404, 'no such parcel')
    if (next[now]!.length === 0) throw new Refusal(409, 'parcel is closed')
    if (typeof status === 'string' && status !== now && !next[now]!.includes(status)) {
      throw new Refusal(409, `cannot go from ${now} to ${status}`)
    }
    const { rows } = await client.query<{ body: string }>(
      `UPDATE depot.parcels
          SET ${given.map(([column], at) => `${column} = $${at + 2}`).join(', ')}, updated_at = now()
        WHERE id = $1 RETURNING ${asJson}`,
      [id, ...given.map(([, value]) => value)],
    )
    return json(200, rows[0]!.body)
  })
}

export async function deleteParcel(call: Call): Promise<Answer> {
  const id = keyIn(call.args)
  supervisorOnly(call)
  return inTransaction(call.pool, async (client) => {
    const status = (await client.query<{ status: string }>(lock, [id])).rows[0]?.status
    if (status === undefined) throw new Refusal(404, 'no such parcel')
    if (next[status]!.length === 0) throw new Refusal(409, 'parcel is closed')
    await client.query('DELETE FROM depot.labels WHERE parcel_id = $1', [id])
    await client.query('DELETE FROM depot.parcels WHERE id = $1', [id])
    return { status: 204 }
  })
}
