import { type Answer, Refusal, json, readFields } from '../http.ts'
import { type Call, keyIn } from './call.ts'
import { inTransaction } from './database.ts'

const asJson = `json_build_object(
  'seq', seq, 'type', "eventType", 'at', "occurredAt", 'day', "eventDay", 'by', "scannedBy",
  'lat', "geoLat", 'lon', "geoLon", 'text', "freeText", 'payload', payload)::text AS body`

export async function listEvents({ pool, args }: Call): Promise<Answer> {
  const id = keyIn(args)
  const { rows } = await pool.query<{ body: string }>(
    `SELECT ${asJson} FROM depot."ParcelEvents" WHERE "parcelId" = $1 ORDER BY seq`,
    [id],
  )
  if (rows.length === 0) {
    const { rowCount } = await pool.query('SELECT FROM depot.parcels WHERE id = $1', [id])
    if (!rowCount) throw new Refusal(404, 'no such parcel')
  }
  return json(200, `[${rows.map((row) => row.body).join(',\n')}]`)
}

const types = ['scan', 'move', 'note', 'exception']
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$/

function readEvent(fields: Record<string, unknown>) {
  const { type, at = null, by = null, text = null, lat = null, lon = null, payload } = fields
  if (typeof type !== 'string' || !types.includes(type)) throw new Refusal(400, 'bad type')
  if (at !== null && !(typeof at === 'string' && moment.test(at))) throw new Refusal(400, 'bad at')
  if (by !== null && typeof by !== 'string') throw new Refusal(400, 'bad by')
  if (text !== null && typeof text !== 'string') throw new Refusal(400, 'bad text')
  const place = [lat, lon].map((value) =>
    typeof value === 'string' && value.trim() !== '' ? Number(value) : value,
  )
  if (!place.every((value) => value === null) && !place.every((value) => Number.isFinite(value))) {
    throw new Refusal(400, 'bad lat or lon')
  }
  return [type, at, by, text, ...place, payload === undefined ? null : JSON.stringify(payload)]
}

/** Changing the parcel locks it, so no two events of it take the same seq. */
const touch = 'UPDATE depot.parcels SET updated_at = now() WHERE id = $1'

/** A form comes from the hand scanners' page, which goes on to the slip. */
export async function addEvent({ pool, request, args }: Call): Promise<Answer> {
  const id = keyIn(args)
  const values = readEvent(await readFields(request))
  const { body } = await inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(touch, [id])
    if (!rowCount) throw new Refusal(404, 'no such parcel')
    const { rows } = await client.query<{ body: string }>(
      `INSERT INTO depot."ParcelEvents" ("parcelId", seq, "eventType", "occurredAt", "eventDay",
         "scannedBy", "freeText", "geoLat", "geoLon", payload)
       SELECT $1, coalesce(max(seq), 0) + 1, $2, coalesce($3, now()),
              (coalesce($3::timestamptz, now()) AT TIME ZONE 'UTC')::date,
              $4, $5, $6::float8, $7::float8, $8::jsonb
         FROM depot."ParcelEvents" WHERE "parcelId" = $1
       RETURNING ${asJson}`,
      [id, ...values],
    )
    return rows[0]!
  })
  if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    return { status: 303, headers: { location: `/parcels/${id}/slip` } }
  }
  return json(201, body)
}

export async function deleteEvent({ pool, args }: Call): Promise<Answer> {
  const id = keyIn(args)
  const seq = keyIn(args, 1)
  return inTransaction(pool, async (client) => {
    await client.query(touch, [id])
    const { rowCount } = await client.query(
      'DELETE FROM depot."ParcelEvents" WHERE "parcelId" = $1 AND seq = $2::bigint',
      [id, seq],
    )
    if (!rowCount) throw new Refusal(404, 'no such event')
    return { status: 204 }
  })
}
