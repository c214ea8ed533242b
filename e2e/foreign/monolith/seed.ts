import { scryptSync } from 'node:crypto'
import { awkwardEvents, awkwardParcels, awkwardRates } from './awkward.ts'
import type { Row } from './insert.ts'
import { type Random, createRandom } from './random.ts'

const parcelCount = 300
const eventCount = 3000
const statuses = 'announced accepted in_transit out_for_delivery delivered returned lost'.split(' ')
const names = 'Ada Lovelace,Edsger Dijkstra,Grace Hopper,Jan van der Berg,Ken,Mary Ann Evans'.split(
  ',',
)
const hubs = ['AMS', 'BER', 'CDG', 'DUB', 'OSL']
const types = ['scan', 'move', 'note', 'exception']

/** Ids as the depot's three database moves left them: small, past 2^31 and past 2^53. */
export function parcelId(at: number): bigint {
  if (at < 100) return 101n + BigInt(at)
  if (at < 240) return 3_000_000_000n + BigInt(at) * 7n
  return 9_007_199_254_740_993n + BigInt(at - 240) * 2n
}

/** A moment of 2023 or 2024, in microseconds, as Postgres writes it. */
function moment(random: Random): string {
  const millisecond = Date.UTC(2023, 0, 1) + random.below(2 * 365 * 86_400_000)
  const micro = String(random.below(1000)).padStart(3, '0')
  return new Date(millisecond).toISOString().replace('T', ' ').replace('Z', micro)
}

const accounts: readonly Row[] = Array.from({ length: 8 }, (_, at) => ({
  id: String(5_000_000_000 + at),
  name: `Shipper ${at + 1}`,
  vat_no: at === 7 ? null : `NL00000000${at}B01`,
  credit_limit: at % 2 ? `${at}000.50` : null,
  opened_on: `19${70 + at}-01-01`,
}))

const users: readonly Row[] = ['clerk', 'supervisor'].map((login, at) => ({
  id: String(at + 1),
  login,
  password_hash: scryptSync(`${login}-pass`, `salt of ${login}`, 32),
  salt: Buffer.from(`salt of ${login}`),
  role: login,
  account_id: String(5_000_000_000 + at),
}))

const couriers: readonly Row[] = Array.from({ length: 6 }, (_, at) => ({
  id: String(at + 1),
  name: `Courier ${at + 1}`,
  zones: `{"EU/West",zone-${at}}`,
  shift: at % 2 ? '04:00:00' : '8 hours 30 minutes',
  on_duty: String(at % 3 === 0),
}))

function parcel(random: Random, at: number): Row {
  const created = moment(random)
  return {
    id: String(parcelId(at)),
    tracking_no: `PD${String(at).padStart(9, '0')}NL`,
    account_id: String(5_000_000_000 + random.below(8)),
    status: random.pick(statuses),
    recipient: random.pick(names),
    hub: random.pick(hubs),
    bay: random.below(3) ? `B${random.below(40)}` : null,
    due_on: created.slice(0, 10),
    weight_grams: String(1 + random.below(30_000)),
    declared_value: `${random.below(900)}.${random.pick(['5', '50', '00', '125'])}`,
    customs: random.below(2) ? `{"carrierRef": "CR-${at}", "hs": "${random.below(9999)}"}` : '{}',
    tags: random.pick(['{}', '{fragile}', '{cold,heavy}']),
    scanner_ip: `192.168.${random.below(4)}.${random.below(250)}`,
    volume_litres: String(random.below(5000) / 16),
    pickup_slot: random.pick(['AM1', 'PM2', 'NIGHT1', null]),
    transit_limit: random.pick(['2 days', '36:00:00', null]),
    handed_in: random.below(2) ? created : null,
    print_queue: 'none',
    created_at: `${created}+00`,
    updated_at: `${created}+00`,
  }
}

function event(random: Random, parcel: string, seq: number): Row {
  const at = moment(random)
  const located = random.below(2) === 0
  const long = random.below(100) === 0
  return {
    parcelId: parcel,
    seq: String(seq),
    eventDay: at.slice(0, 10),
    occurredAt: `${at}+00`,
    eventType: random.pick(types),
    scannedBy: random.below(4) ? `badge ${random.below(90)}` : null,
    geoLat: located ? String(random.below(18_000) / 100 - 90) : null,
    geoLon: located ? String(random.below(36_000) / 100 - 180) : null,
    freeText: long ? random.bytes(6000).toString('base64') : random.pick([null, 'seen', 'at dock']),
    payload: random.below(3) ? null : `{"belt": ${random.below(20)}, "ok": true}`,
  }
}

function label(random: Random, parcel: string, seq: number): Row {
  const size = random.below(4) ? 200 + random.below(800) : 20_000
  return {
    parcel_id: parcel,
    seq: String(seq),
    media_type: random.pick(['application/pdf', 'image/png', 'text/plain']),
    content: random.bytes(size),
    downloads: String(random.below(9)),
    printed_at: moment(random),
  }
}

const rate = (zone: string, level: string, band: string): Row => ({
  zone,
  service_level: level,
  weight_band: band,
  price: '4.950',
  currency: 'EUR',
  valid_from: '2024-01-01',
  surcharges: '{"fuel": 0.150, "islands": [1.10, null]}',
  small_print: null,
})

/** Every table's rows, in an order that their foreign keys allow. The same ones each time. */
export function seedRows(): readonly (readonly [table: string, rows: readonly Row[]])[] {
  const random = createRandom(1987)
  const plain = Array.from({ length: parcelCount }, (_, at) => parcel(random, at))
  const parcels = plain.map((row, at) => {
    const odd = awkwardParcels[at - (parcelCount - awkwardParcels.length)]
    // The oddities come last, where ids are past 2^53.
    return odd ? { ...row, hub: 'ODD', status: statuses[at % 7]!, ...odd } : row
  })
  const idAt = (at: number) => String(parcelId(at))
  const seqs = new Map<string, number>()
  const events = Array.from({ length: eventCount }, (_, at) => {
    const odd = awkwardEvents[at - (eventCount - awkwardEvents.length)]
    const parcel = idAt(odd ? parcelCount - 1 : random.below(parcelCount - 1))
    const seq = (seqs.get(parcel) ?? 0) + 1
    seqs.set(parcel, seq)
    return { ...event(random, parcel, seq), ...odd }
  })
  const labels = Array.from({ length: parcelCount / 5 }, (_, at) =>
    Array.from({ length: 1 + (at % 2) }, (_, seq) => label(random, idAt(at * 5), seq + 1)),
  ).flat()
  const levels = ['standard', 'express', 'saver']
  const rates = ['NL', 'EU', 'WORLD'].flatMap((zone) =>
    levels.flatMap((level) => ['0-1', '1-5', '5-30'].map((band) => rate(zone, level, band))),
  )
  const invoiced = parcels.filter(({ status }) => status === 'delivered' || status === 'returned')
  const invoices = invoiced.slice(0, 40).map((row, at): Row => {
    const issued = `${moment(random)}+00`
    const paid = at % 2 ? issued : null
    return {
      id: String(7_000_000_000 + at),
      parcel_id: row['id']!,
      amount: `${at + 5}.50`,
      issued_at: issued,
      paid_at: paid,
    }
  })
  return [
    ['depot.accounts', accounts],
    ['depot.users', users],
    ['depot.couriers', couriers],
    ['depot.parcels', parcels],
    ['depot."ParcelEvents"', events],
    ['depot.labels', labels],
    [
      'depot.rate_cards',
      [...rates, ...awkwardRates.map((row) => ({ ...rate('', '', ''), ...row }))],
    ],
    ['depot.invoices', invoices],
  ]
}
