import { afterAll, beforeAll, expect, test } from 'vitest'
import { runForeignContract } from '../contract.ts'
import { setUpDepot } from '../monolith/setup.ts'
import { setUpService } from '../service/setup.ts'
import { loadService } from './conversion.ts'
import {
  type Site,
  cookieOf,
  parsed,
  startDatabases,
  startMonolith,
  startService,
} from './depot.ts'

const opened = new AsyncDisposableStack()
let monolith: Site
let service: Site

beforeAll(async () => {
  const databases = opened.use(await startDatabases())
  const depotUrl = await databases.create('depot')
  const parcelUrl = await databases.create('parcel')
  await setUpDepot(depotUrl)
  await setUpService(parcelUrl)
  await loadService(depotUrl, parcelUrl)
  monolith = opened.use(await startMonolith(depotUrl))
  service = opened.use(await startService(parcelUrl, monolith.url))
})

afterAll(() => opened.disposeAsync())

test('the monolith keeps its contract, with the same transcript each time', async () => {
  const first = await runForeignContract({ baseUrl: monolith.url })
  expect(first.failures).toEqual([])
  const second = await runForeignContract({ baseUrl: monolith.url })
  expect(second).toEqual(first)
})

test('the service gives the monolith’s transcript on its own database', async () => {
  const expected = await runForeignContract({ baseUrl: monolith.url })
  const actual = await runForeignContract({ baseUrl: monolith.url, sliceUrl: service.url })
  expect(actual.failures).toEqual([])
  expect(actual.transcript).toEqual(expected.transcript)
})

test('a run that broke off does not show in the next one', async () => {
  const expected = await runForeignContract({ baseUrl: monolith.url })
  const cookie = await cookieOf(monolith.url)
  const made = await fetch(`${monolith.url}/parcels`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json' },
    body: '{"trackingNo":"QC000000001QQ","recipient":"left","hub":"QQQ","weightGrams":1}',
  })
  expect(made.status).toBe(201)
  expect(await runForeignContract({ baseUrl: monolith.url })).toEqual(expected)
})

test('both sides answer alike for every parcel and every rate', async () => {
  const cookie = await cookieOf(monolith.url)
  const read = async (site: Site, path: string) => {
    const response = await fetch(`${site.url}${path}`, { headers: { cookie } })
    return [response.status, response.headers.get('content-type'), await response.text()] as const
  }
  const [, , list] = await read(monolith, '/parcels?limit=500')
  const parcels: { id: string }[] = JSON.parse(list)
  expect(parcels).toHaveLength(300)
  const paths = ['/parcels?limit=500', '/rates', '/parcels?limit=500&status=returned']
  for (const { id } of parcels) {
    paths.push(...['', '/events', '/labels', '/slip'].map((part) => `/parcels/${id}${part}`))
  }
  for (const path of paths) {
    const [expected, actual] = await Promise.all([read(monolith, path), read(service, path)])
    expect([path, ...actual]).toEqual([path, ...expected])
    expect([path, actual[0]]).toEqual([path, 200])
  }
})

test('a seeded label comes byte for byte from either side', async () => {
  const cookie = await cookieOf(monolith.url)
  const fetchLabel = async ({ url }: Site) => {
    const response = await fetch(`${url}/parcels/101/label`, { headers: { cookie } })
    return [response.status, Buffer.from(await response.arrayBuffer()).toString('hex')]
  }
  const [expected, actual] = [await fetchLabel(monolith), await fetchLabel(service)]
  expect(expected[0]).toBe(200)
  expect(actual).toEqual(expected)
})

test('events that arrive together are numbered without gaps or doubles on either side', async () => {
  const cookie = await cookieOf(monolith.url)
  for (const { url } of [monolith, service]) {
    const call = (path: string, method: string, body?: object) =>
      fetch(`${url}${path}`, {
        method,
        headers: { cookie, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      })
    const parcel = { trackingNo: 'QC000000007QQ', recipient: 'Al', hub: 'ZZZ', weightGrams: 1 }
    const { id } = await parsed<{ id: string }>(await call('/parcels', 'POST', parcel))
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => call(`/parcels/${id}/events`, 'POST', { type: 'scan' })),
    )
    const events = await Promise.all(answers.map((answer) => parsed<{ seq: number }>(answer)))
    const numbers = events.map(({ seq }) => seq).sort((one, other) => one - other)
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, at) => at + 1))
    expect((await call(`/parcels/${id}`, 'DELETE')).status).toBe(204)
  }
})
