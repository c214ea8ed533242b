import pg from 'pg'
import { type Row, insertRows } from '../monolith/insert.ts'

/** Target column to an SQL expression over the source's columns. */
type Columns = Readonly<Record<string, string>>

interface Pair {
  readonly legacy: string
  readonly service: string
  readonly toService: Columns
  readonly toLegacy: Columns
}

const renamed = (names: Columns, inverse = false): Columns =>
  Object.fromEntries(
    Object.entries(names).map(([legacy, service]) =>
      inverse ? [legacy, `"${service}"`] : [service, `"${legacy}"`],
    ),
  )

function words(column: string, pairs: readonly (readonly [string, string])[]): string {
  return `CASE ${column}::text ${pairs.map(([from, to]) => `WHEN '${from}' THEN '${to}'`).join(' ')} END`
}
const flipped = (pairs: readonly (readonly [string, string])[]) =>
  pairs.map(([legacy, service]) => [service, legacy] as const)

const states = [
  ['announced', 'booked'],
  ['accepted', 'received'],
  ['in_transit', 'moving'],
  ['out_for_delivery', 'on_van'],
  ['delivered', 'handed_over'],
  ['returned', 'sent_back'],
  ['lost', 'missing'],
] as const
const kinds = [
  ['scan', 'scanned'],
  ['move', 'moved'],
  ['note', 'remarked'],
  ['exception', 'failed'],
] as const

const first = (column: string, separator: string) => `split_part(${column}, '${separator}', 1)`
const rest = (column: string, separator: string) =>
  `CASE WHEN strpos(${column}, '${separator}') > 0
        THEN substr(${column}, strpos(${column}, '${separator}') + 1) END`

const parcels: Columns = {
  id: 'consignment_id',
  tracking_no: 'tracking_ref',
  account_id: 'customer_id',
  due_on: 'due_date',
  weight_grams: 'weight_g',
  declared_value: 'insured_value',
  tags: 'markers',
  scanner_ip: 'scanned_from',
  volume_litres: 'volume',
  pickup_slot: 'collection_slot',
  transit_limit: 'time_allowed',
  handed_in: 'dropped_off',
  created_at: 'booked_at',
  updated_at: 'changed_at',
}
const events: Columns = {
  parcelId: 'consignment_id',
  seq: 'position',
  eventDay: 'day',
  occurredAt: 'happened_at',
  scannedBy: 'badge',
  geoLat: 'latitude',
  geoLon: 'longitude',
  freeText: 'remark',
  payload: 'facts',
}
const labels: Columns = {
  parcel_id: 'consignment_id',
  seq: 'revision',
  media_type: 'mime',
  content: 'body',
  downloads: 'fetches',
  printed_at: 'stored_at',
}
const rates: Columns = {
  zone: 'area',
  service_level: 'product',
  weight_band: 'band',
  price: 'amount',
  valid_from: 'effective_on',
  surcharges: 'extras',
  small_print: 'terms',
}

/** README's mapping, by hand. Parents come before what refers to them. */
export const pairs: readonly Pair[] = [
  {
    legacy: 'depot.parcels',
    service: 'parcel.consignments',
    toService: {
      ...renamed(parcels),
      network: `'depot'`,
      state: words('status', states),
      given_name: first('recipient', ' '),
      family_name: rest('recipient', ' '),
      origin: `hub || coalesce('/' || bay, '')`,
      carrier_ref: `customs ->> 'carrierRef'`,
      papers: `customs - 'carrierRef'`,
    },
    toLegacy: {
      ...renamed(parcels, true),
      status: words('state', flipped(states)),
      recipient: `given_name || coalesce(' ' || family_name, '')`,
      hub: first('origin', '/'),
      bay: rest('origin', '/'),
      customs: `papers || jsonb_strip_nulls(jsonb_build_object('carrierRef', carrier_ref))`,
    },
  },
  {
    legacy: 'depot."ParcelEvents"',
    service: 'parcel.milestones',
    toService: { ...renamed(events), kind: words('"eventType"', kinds) },
    toLegacy: { ...renamed(events, true), eventType: words('kind', flipped(kinds)) },
  },
  {
    legacy: 'depot.labels',
    service: 'parcel.documents',
    toService: renamed(labels),
    toLegacy: renamed(labels, true),
  },
  {
    legacy: 'depot.rate_cards',
    service: 'parcel.tariffs',
    toService: renamed(rates),
    toLegacy: { ...renamed(rates, true), currency: `'EUR'` },
  },
]

export async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>) {
  const client = new pg.Client({ connectionString: url, options: '-c TimeZone=UTC' })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

/** A table's rows under other columns, every value in Postgres's own text form, in a fixed order. */
export async function readRows(client: pg.Client, table: string, columns: Columns) {
  const list = Object.entries(columns).map(([column, sql]) => `(${sql})::text AS "${column}"`)
  const { rows } = await client.query<Row>(`SELECT ${list.join(', ')} FROM ${table}`)
  const order = new Map(rows.map((row) => [row, JSON.stringify(Object.values(row))]))
  return rows.sort((one, other) => (order.get(one)! < order.get(other)! ? -1 : 1))
}

/** Loads all rows of a depot into an empty service, and lets new ids begin after theirs. */
export const loadService = (depotUrl: string, serviceUrl: string) =>
  withClient(depotUrl, (depot) =>
    withClient(serviceUrl, async (service) => {
      for (const pair of pairs) {
        await insertRows(service, pair.service, await readRows(depot, pair.legacy, pair.toService))
      }
      await service.query(
        `SELECT setval(pg_get_serial_sequence('parcel.consignments', 'consignment_id'),
                       max(consignment_id)) FROM parcel.consignments`,
      )
    }),
  )

/** Loads all rows of a service into a depot that has the accounts and nothing of the slice. */
export const loadDepot = (serviceUrl: string, depotUrl: string) =>
  withClient(serviceUrl, (service) =>
    withClient(depotUrl, async (depot) => {
      for (const pair of pairs) {
        await insertRows(depot, pair.legacy, await readRows(service, pair.service, pair.toLegacy))
      }
    }),
  )
