import { type Answer, Refusal, json, readFields } from '../http.ts'
import { type Context, arrayOf, bigintNamed } from './context.ts'
import type { Query } from './store.ts'
import { kinds, stored, told } from './words.ts'

const body = `json_build_object(
  'seq', position, 'type', ${told(kinds, 'kind')}, 'at', happened_at, 'day', day, 'by', badge,
  'lat', latitude, 'lon', longitude, 'text', remark, 'payload', facts)::text`

export async function list(context: Context): Promise<Answer> {
  const id = bigintNamed(context, 'id')
  const rows = await context.store.query<{ body: string | null }>(
    `SELECT CASE WHEN m.consignment_id IS NOT NULL THEN ${body} END AS body
       FROM parcel.consignments c LEFT JOIN parcel.milestones m USING (consignment_id)
      WHERE c.consignment_id = $1 ORDER BY m.position`,
    [id],
  )
  if (rows.length === 0) throw new Refusal(404, 'no such parcel')
  return json(200, arrayOf(rows.filter((row): row is { body: string } => row.body !== null)))
}

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$/

const degrees = (value: unknown) =>
  typeof value === 'string' && value.trim() ? Number(value) : (value ?? null)

function optionalText(fields: Record<string, unknown>, name: string, pattern = /^/): string | null {
  const value = fields[name] ?? null
  if (value === null) return null
  if (typeof value === 'string' && pattern.test(value)) return value
  throw new Refusal(400, `bad ${name}`)
}

function milestoneIn(fields: Record<string, unknown>): unknown[] {
  const kind = stored(kinds, fields['type'])
  if (!kind) throw new Refusal(400, 'bad type')
  const at = optionalText(fields, 'at', instant)
  const badge = optionalText(fields, 'by')
  const remark = optionalText(fields, 'text')
  const [latitude, longitude] = [degrees(fields['lat']), degrees(fields['lon'])]
  const nowhere = latitude === null && longitude === null
  if (!nowhere && !(Number.isFinite(latitude) && Number.isFinite(longitude))) {
    throw new Refusal(400, 'bad lat or lon')
  }
  const facts = 'payload' in fields ? JSON.stringify(fields['payload']) : null
  return [kind, at, badge, remark, latitude, longitude, facts]
}

/** Marks the consignment as changed, which also keeps others from numbering its milestones. */
const touch = async (query: Query, id: string) => {
  const touched = await query(
    `UPDATE parcel.consignments SET changed_at = now(), edits = edits + 1
      WHERE consignment_id = $1 RETURNING 1`,
    [id],
  )
  return touched.length === 1
}

export async function append(context: Context): Promise<Answer> {
  const id = bigintNamed(context, 'id')
  const values = milestoneIn(await readFields(context.request))
  const made = await context.store.together(async (query) => {
    if (!(await touch(query, id))) throw new Refusal(404, 'no such parcel')
    const [row] = await query<{ body: string }>(
      `WITH last AS (
         SELECT coalesce(max(position), 0) AS position FROM parcel.milestones WHERE consignment_id = $1
       ), given AS (SELECT coalesce($3::timestamptz, now()) AS at)
       INSERT INTO parcel.milestones (consignment_id, position, day, happened_at, kind, badge,
         remark, latitude, longitude, facts)
       SELECT $1, last.position + 1, (given.at AT TIME ZONE 'UTC')::date, given.at, $2, $4, $5,
              $6::float8, $7::float8, $8::jsonb
         FROM last, given
       RETURNING ${body} AS body`,
      [id, ...values],
    )
    return row!
  })
  const type = context.request.headers['content-type'] ?? ''
  return type.startsWith('application/x-www-form-urlencoded')
    ? { status: 303, headers: { location: `/parcels/${id}/slip` } }
    : json(201, made.body)
}

export async function strike(context: Context): Promise<Answer> {
  const [id, position] = [bigintNamed(context, 'id'), bigintNamed(context, 'seq')]
  return context.store.together(async (query) => {
    await touch(query, id)
    const struck = await query(
      'DELETE FROM parcel.milestones WHERE consignment_id = $1 AND position = $2 RETURNING 1',
      [id, position],
    )
    if (struck.length === 0) throw new Refusal(404, 'no such event')
    return { status: 204 }
  })
}
