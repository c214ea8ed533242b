import { type Answer, Refusal, json, readFields } from '../http.ts'
import { type Context, arrayOf, bigintNamed, requireSupervisor } from './context.ts'
import { type Columns, columnsFor } from './booking.ts'
import type { Query } from './store.ts'
import { type State, stored, states, told } from './words.ts'

const hub = `split_part(origin, '/', 1)`
const body = `json_build_object(
  'id', consignment_id::text, 'trackingNo', tracking_ref, 'accountId', customer_id::text,
  'status', ${told(states, 'state')},
  'recipient', given_name || coalesce(' ' || family_name, ''), 'hub', ${hub},
  'bay', CASE WHEN origin LIKE '%/%' THEN substr(origin, strpos(origin, '/') + 1) END,
  'dueOn', due_date, 'weightGrams', weight_g, 'declaredValue', insured_value::text,
  'customs', CASE WHEN carrier_ref IS NULL THEN papers
                  ELSE papers || jsonb_build_object('carrierRef', carrier_ref) END,
  'tags', markers, 'scannerIp', scanned_from, 'volumeLitres', volume,
  'pickupSlot', collection_slot, 'transitLimit', time_allowed, 'handedIn', dropped_off,
  'createdAt', booked_at, 'updatedAt', changed_at)::text AS body`

const onward: Readonly<Record<State, readonly State[]>> = {
  booked: ['received', 'missing'],
  received: ['moving', 'missing'],
  moving: ['on_van', 'missing'],
  on_van: ['handed_over', 'sent_back', 'moving', 'missing'],
  missing: ['moving'],
  // The depot may have invoiced these, so they stay as they are.
  handed_over: [],
  sent_back: [],
}
const wordFor = Object.fromEntries(Object.entries(states).map(([word, state]) => [state, word]))

interface Described {
  readonly id: string
  readonly body: string
}

export async function list({ search, store }: Context): Promise<Answer> {
  const status = search.get('status')
  const state = stored(states, status)
  if (status !== null && !state) throw new Refusal(400, 'bad status')
  const limit = Number(search.get('limit') ?? '50')
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= 500)) throw new Refusal(400, 'bad limit')
  const after = search.get('after') ?? '0'
  if (!/^[0-9]{1,18}$/.test(after)) throw new Refusal(400, 'bad after')
  const found = await store.query<Described>(
    `SELECT consignment_id::text AS id, ${body} FROM parcel.consignments
      WHERE ($1::text IS NULL OR ${hub} = $1) AND ($2::parcel.state IS NULL OR state = $2)
        AND consignment_id > $3
      ORDER BY consignment_id LIMIT $4`,
    [search.get('hub'), state ?? null, after, limit + 1],
  )
  const rows = found.slice(0, limit)
  const more = found.length > rows.length
  return json(200, arrayOf(rows), more ? { 'x-depot-after': rows[limit - 1]!.id } : {})
}

export async function show(context: Context): Promise<Answer> {
  const [found] = await context.store.query<Described>(
    `SELECT ${body} FROM parcel.consignments WHERE consignment_id = $1`,
    [bigintNamed(context, 'id')],
  )
  if (!found) throw new Refusal(404, 'no such parcel')
  return json(200, found.body)
}

export async function book({ request, user, store }: Context): Promise<Answer> {
  const fields = await readFields(request)
  const reference = fields['trackingNo']
  if (typeof reference !== 'string' || !/^[A-Z]{2}[0-9]{9}[A-Z]{2}$/.test(reference)) {
    throw new Refusal(400, 'bad trackingNo')
  }
  const { hub, bay = null, ...rest } = columnsFor(fields, ['recipient', 'hub', 'weightGrams'])
  const row = {
    tracking_ref: reference,
    network: 'depot',
    customer_id: user.accountId,
    origin: joined(hub, bay),
    ...rest,
  }
  const names = Object.keys(row)
  const [made] = await store.query<Described>(
    `INSERT INTO parcel.consignments (${names.join(', ')})
     VALUES (${names.map((_, at) => `$${at + 1}`).join(', ')})
     RETURNING consignment_id::text AS id, ${body}`,
    Object.values(row),
  )
  return json(201, made!.body, { location: `/parcels/${made!.id}` })
}

const joined = (hub: unknown, bay: unknown) =>
  typeof bay === 'string' ? `${String(hub)}/${bay}` : hub

interface Held {
  readonly state: State
  readonly origin: string
}

async function hold(query: Query, id: string): Promise<Held> {
  const [held] = await query<{ state: State; origin: string }>(
    'SELECT state, origin FROM parcel.consignments WHERE consignment_id = $1 FOR UPDATE',
    [id],
  )
  if (!held) throw new Refusal(404, 'no such parcel')
  if (onward[held.state].length === 0) throw new Refusal(409, 'parcel is closed')
  return held
}

export async function amend(context: Context): Promise<Answer> {
  const id = bigintNamed(context, 'id')
  const fields = await readFields(context.request)
  const columns = columnsFor(fields, [])
  const { status } = fields
  const state = stored(states, status)
  if (status !== undefined && !state) throw new Refusal(400, 'bad status')
  if (state) columns['state'] = state
  if (Object.keys(columns).length === 0) throw new Refusal(400, 'nothing to change')
  return context.store.together(async (query) => {
    const held = await hold(query, id)
    if (state && state !== held.state && !onward[held.state].includes(state)) {
      throw new Refusal(409, `cannot go from ${wordFor[held.state]} to ${wordFor[state]}`)
    }
    const changes = Object.entries(withOrigin(columns, held.origin))
    const [changed] = await query<Described>(
      `UPDATE parcel.consignments
          SET ${changes.map(([name], at) => `${name} = $${at + 2}`).join(', ')},
              edits = edits + 1, changed_at = now()
        WHERE consignment_id = $1 RETURNING ${body}`,
      [id, ...changes.map(([, value]) => value)],
    )
    return json(200, changed!.body)
  })
}

/** Joins what was given of hub and bay with what the row holds of them. */
function withOrigin({ hub, bay, ...columns }: Columns, origin: string): Columns {
  if (hub === undefined && bay === undefined) return columns
  const slash = origin.indexOf('/')
  const held = slash < 0 ? [origin, null] : [origin.slice(0, slash), origin.slice(slash + 1)]
  return { ...columns, origin: joined(hub ?? held[0], bay === undefined ? held[1] : bay) }
}

export async function discard(context: Context): Promise<Answer> {
  const id = bigintNamed(context, 'id')
  requireSupervisor(context)
  return context.store.together(async (query) => {
    await hold(query, id)
    await query('DELETE FROM parcel.consignments WHERE consignment_id = $1', [id])
    return { status: 204 }
  })
}
