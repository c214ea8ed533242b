import { cookieOf } from './depot.ts'
import { withClient } from './conversion.ts'

/** What a clerk was told is so, of one parcel. */
interface Acknowledged {
  bay: string
  events: number
  downloads: number
}

/** A parcel as `acknowledged` and the two databases list it. */
export interface ParcelRow {
  readonly tracking: string
  readonly bay: string
  readonly events: number
  /** The highest number of an event: the same as their count when none is there twice or missing. */
  readonly lastEvent: number
  readonly downloads: number
}

/** Clerks who write one parcel after the other until they are stopped. */
export interface Clerks {
  /** Writes that were answered with success so far. */
  readonly acknowledged: () => number
  /** Requests that were not, with their answers. */
  readonly failures: readonly string[]
  /** The longest that a clerk waited for an answer. */
  readonly longestMs: () => number
  /** Lets everybody finish the request they are at. Resolves to what must be in the databases now. */
  stop(): Promise<ParcelRow[]>
}

const hub = 'WLD'

export async function startClerks(baseUrl: string, count: number): Promise<Clerks> {
  const parcels = new Map<string, Acknowledged>()
  const failures: string[] = []
  let acknowledged = 0
  let longestMs = 0
  let stopping = false

  async function work(clerk: number): Promise<void> {
    const cookie = await cookieOf(baseUrl)
    const send = async (method: string, path: string, body?: object | string) => {
      const type = typeof body === 'string' ? 'text/plain' : 'application/json'
      const startedAt = performance.now()
      const response = await fetch(`${baseUrl}${path}`, {
        method,
        headers: { cookie, ...(body !== undefined && { 'content-type': type }) },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const text = await response.text()
      longestMs = Math.max(longestMs, performance.now() - startedAt)
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
      acknowledged += 1
      return text
    }
    for (let made = 0; !stopping; made++) {
      const tracking = `W${'ABCDEFGH'[clerk]}${String(made).padStart(9, '0')}QQ`
      const whole = { trackingNo: tracking, recipient: 'Wim de Wit', hub, bay: '0', weightGrams: 1 }
      const { id } = JSON.parse(await send('POST', '/parcels', whole)) as { id: string }
      const known: Acknowledged = { bay: '0', events: 0, downloads: 0 }
      parcels.set(tracking, known)
      await send('PUT', `/parcels/${id}/label`, `label of ${tracking}`)
      for (let round = 1; round <= 3 && !stopping; round++) {
        await send('PATCH', `/parcels/${id}`, { bay: String(round) })
        known.bay = String(round)
        await send('POST', `/parcels/${id}/events`, { type: 'scan', text: `round ${round}` })
        known.events += 1
        await send('GET', `/parcels/${id}/label`)
        known.downloads += 1
      }
      if (made % 4 > 0) continue
      await send('DELETE', `/parcels/${id}`)
      parcels.delete(tracking)
    }
  }

  const working = Array.from({ length: count }, (_, clerk) =>
    work(clerk).catch((error: unknown) => void failures.push(String(error))),
  )
  return {
    acknowledged: () => acknowledged,
    failures,
    longestMs: () => longestMs,
    async stop() {
      stopping = true
      await Promise.all(working)
      return [...parcels]
        .map(([tracking, { events, ...rest }]) => ({
          tracking,
          events,
          lastEvent: events,
          ...rest,
        }))
        .sort((one, other) => (one.tracking < other.tracking ? -1 : 1))
    },
  }
}

const onDepot = `
  SELECT p.tracking_no::text AS tracking, p.bay, count(e.seq)::int AS events,
    coalesce(max(e.seq), 0) AS "lastEvent",
    (SELECT downloads FROM depot.labels l WHERE l.parcel_id = p.id) AS downloads
  FROM depot.parcels p LEFT JOIN depot."ParcelEvents" e ON e."parcelId" = p.id
  WHERE p.hub = '${hub}' GROUP BY p.id ORDER BY p.tracking_no COLLATE "C"`

const onParcel = `
  SELECT c.tracking_ref AS tracking, substr(c.origin, 5) AS bay, count(m.position)::int AS events,
    coalesce(max(m.position), 0)::int AS "lastEvent",
    (SELECT fetches::int FROM parcel.documents d WHERE d.consignment_id = c.consignment_id) AS downloads
  FROM parcel.consignments c LEFT JOIN parcel.milestones m USING (consignment_id)
  WHERE c.origin LIKE '${hub}%' GROUP BY c.consignment_id ORDER BY c.tracking_ref COLLATE "C"`

/** The clerks' parcels as a database has them. */
export const storedParcels = (side: 'depot' | 'parcel', url: string): Promise<ParcelRow[]> =>
  withClient(url, async (client) => {
    const { rows } = await client.query<ParcelRow>(side === 'depot' ? onDepot : onParcel)
    return rows
  })
