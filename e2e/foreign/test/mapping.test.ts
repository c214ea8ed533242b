import { afterAll, beforeAll, expect, test } from 'vitest'
import { insertRows } from '../monolith/insert.ts'
import { setUpDepot } from '../monolith/setup.ts'
import { setUpService } from '../service/setup.ts'
import { loadDepot, loadService, pairs, readRows, withClient } from './conversion.ts'
import {
  type Databases,
  cookieOf,
  parsed,
  startDatabases,
  startMonolith,
  startService,
} from './depot.ts'

const opened = new AsyncDisposableStack()
let databases: Databases
let depotUrl: string
let parcelUrl: string

beforeAll(async () => {
  databases = opened.use(await startDatabases())
  depotUrl = await databases.create('depot')
  parcelUrl = await databases.create('parcel')
  await setUpDepot(depotUrl)
  await setUpService(parcelUrl)
  await loadService(depotUrl, parcelUrl)
})

afterAll(() => opened.disposeAsync())

/** A depot with its accounts, and the slice's tables empty. */
async function emptyDepot(name: string): Promise<string> {
  const url = await databases.create(name)
  await setUpDepot(url, { seed: false })
  const columns = { id: 'id', name: 'name', opened_on: 'opened_on' }
  const accounts = await withClient(depotUrl, (depot) => readRows(depot, 'depot.accounts', columns))
  await withClient(url, (empty) => insertRows(empty, 'depot.accounts', accounts))
  return url
}

const allRows = (url: string, side: 'legacy' | 'service', left: readonly string[]) =>
  withClient(url, async (client) => {
    const tables: Record<string, unknown> = {}
    for (const pair of pairs) {
      const { rows } = await client.query<{ name: string }>(
        `SELECT attname AS name FROM pg_attribute
          WHERE attrelid = $1::regclass AND attnum > 0 ORDER BY attnum`,
        [pair[side]],
      )
      const names = rows.map(({ name }) => name).filter((name) => !left.includes(name))
      const columns = Object.fromEntries(names.map((name) => [name, `"${name}"`]))
      tables[pair[side]] = await readRows(client, pair[side], columns)
    }
    return tables
  })

test('every seeded row comes back from the service as it went in', async () => {
  const back = await emptyDepot('back')
  await loadDepot(parcelUrl, back)
  const [expected, actual] = [
    await allRows(depotUrl, 'legacy', []),
    await allRows(back, 'legacy', []),
  ]
  expect(actual).toEqual(expected)
})

test('rows that the service made fit the depot and come back as they were', async () => {
  await using monolith = await startMonolith(depotUrl)
  await using service = await startService(parcelUrl, monolith.url)
  const cookie = await cookieOf(monolith.url)
  const post = async (path: string, method: string, body: object) => {
    const headers = { cookie, 'content-type': 'application/json' }
    const init = { method, headers, body: JSON.stringify(body) }
    const response = await fetch(`${service.url}${path}`, init)
    expect([path, response.ok]).toEqual([path, true])
    return parsed<{ id: string }>(response)
  }
  const odd = [
    { recipient: ' ', bay: '' },
    { recipient: 'a ', bay: '/', customs: { carrierRef: '' } },
    { recipient: ' b', bay: null, dueOn: '0001-01-01', customs: { carrierref: 'not it' } },
    { recipient: 'c  d', bay: 'x'.repeat(20), dueOn: '9999-12-31', weightGrams: 2147483647 },
    { recipient: 'e\tf', volumeLitres: 5e-324, pickupSlot: '', transitLimit: '1 mon' },
  ]
  for (const [at, fields] of odd.entries()) {
    const trackingNo = `MP${String(at).padStart(9, '0')}QQ`
    const { id } = await post('/parcels', 'POST', {
      trackingNo,
      hub: 'MAP',
      weightGrams: 1,
      ...fields,
    })
    await post(`/parcels/${id}/events`, 'POST', { type: 'move', payload: null })
  }
  await post('/rates/%20/%2F/%5CN', 'PUT', { price: '0.00', surcharges: null })
  const back = await emptyDepot('made')
  await loadDepot(parcelUrl, back)
  const again = await databases.create('again')
  await setUpService(again)
  await loadService(back, again)
  const left = ['edits']
  const [expected, actual] = [
    await allRows(parcelUrl, 'service', left),
    await allRows(again, 'service', left),
  ]
  expect(actual).toEqual(expected)
})

const refused = [
  `consignments SET given_name = 'a b'`,
  `consignments SET given_name = '', family_name = NULL`,
  `consignments SET given_name = repeat('x', 100), family_name = repeat('y', 100)`,
  `consignments SET origin = 'AM/1'`,
  `consignments SET origin = 'AMSX'`,
  `consignments SET origin = 'AMS/' || repeat('x', 21)`,
  `consignments SET due_date = '10000-01-01'`,
  `consignments SET due_date = 'infinity'`,
  `consignments SET due_date = '0001-12-31 BC'`,
  `consignments SET weight_g = 2147483648`,
  `consignments SET weight_g = 0`,
  `consignments SET papers = '[]'`,
  `consignments SET papers = '{"carrierRef": "twice"}'`,
  `consignments SET volume = -1`,
  `consignments SET network = 'other'`,
  `consignments SET tracking_ref = 'pd'`,
  `milestones SET position = 2147483648`,
  `milestones SET day = '1999-01-01'`,
  `milestones SET latitude = NULL, longitude = 1`,
  `documents SET fetches = 2147483648`,
  `documents SET fetches = -1`,
  `documents SET revision = 0`,
  `documents SET body = ''`,
  `documents SET mime = 'image/gif'`,
  `tariffs SET amount = -0.01`,
  `tariffs SET area = ''`,
  `tariffs SET band = repeat('x', 41)`,
]

test.each(refused)('the service refuses what the depot cannot hold: %s', async (change) => {
  const refusal = await withClient(parcelUrl, (client) =>
    client.query(`UPDATE parcel.${change}`).then(
      () => 'nothing',
      ({ code }: { code: string }) => code,
    ),
  )
  expect(refusal).toBe('23514')
})
