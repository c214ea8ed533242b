import { setCertificate, setReads } from '@strangler/core'
import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { RunningProxy } from '../../src/proxy.ts'
import { refresh, stateOf } from '../harness/admin.ts'
import { ask } from '../harness/client.ts'
import { type FlagServer, startFlagServer } from '../harness/flags.ts'
import { tokenSecret } from '../harness/plan.ts'
import { createStand, type Stand } from '../harness/stand.ts'

let postgres: TestPostgres
let flags: FlagServer
let stand: Stand
let proxy: RunningProxy

beforeAll(async () => {
  postgres = await startPostgres()
  flags = await startFlagServer()
  flags.set('patients', 0)
  stand = await createStand(postgres)
  proxy = await stand.start({ settings: flags.settings })
})
afterAll(async () => {
  await stand[Symbol.asyncDispose]()
  await flags[Symbol.asyncDispose]()
  await postgres[Symbol.asyncDispose]()
})
beforeEach(async () => {
  await stand.shareReads('patients')
  await inStep()
})

async function inStep(): Promise<void> {
  await stand.bring('forward')
  await stand.reportLag('patients', 5)
  await refresh(proxy)
}

async function share(percent: number): Promise<void> {
  flags.set('patients', percent)
  await vi.waitUntil(async () => (await stateOf(proxy)).slices.patients.share === percent, 5000)
  await inStep()
}

async function by(user: string): Promise<string> {
  const answer = await ask(proxy.url, { path: '/api/pets', headers: { 'x-user': user } })
  return answer.json.by
}

/** Who of these people is answered by the service. Nobody has been here before: nobody is pinned. */
async function served(people: readonly string[]): Promise<string[]> {
  const sides = await Promise.all(people.map(by))
  await inStep()
  return people.filter((_, at) => sides[at] === 'patient')
}

const people = (name: string, count: number) =>
  Array.from({ length: count }, (_, at) => `${name} ${at}`)

test('a share of the people is served by the service, the same ones each time, and more when it grows', async () => {
  const all = people('visitor', 60)
  await share(0)
  expect(await served(all)).toEqual([])
  await share(30)
  const first = await served(all)
  expect(first.length).toBeGreaterThan(5)
  expect(first.length).toBeLessThan(35)
  expect(await served(all)).toEqual(first)
  await share(70)
  const more = await served(all)
  expect(more).toEqual(expect.arrayContaining(first))
  expect(more.length).toBeGreaterThan(first.length)
  await share(100)
  expect(await served(all)).toEqual(all)
})

test('somebody is the same person at every connection, by their token', async () => {
  await share(50)
  const key = new TextEncoder().encode(tokenSecret)
  const tokens = await Promise.all(
    people('subject', 20).map((sub) =>
      new SignJWT({ sub }).setProtectedHeader({ alg: 'HS256' }).sign(key),
    ),
  )
  const sides = async () =>
    Promise.all(
      tokens.map(async (token) => {
        const headers = { authorization: `Bearer ${token}` }
        return (await ask(proxy.url, { path: '/api/pets', headers })).json.by
      }),
    )
  const first = await sides()
  await inStep()
  expect(new Set(first)).toEqual(new Set(['legacy', 'patient']))
  expect(await sides()).toEqual(first)
})

test.each([
  ['the certificate is not clean', () => setCertificate(stand.control, 'patients', unclean)],
  ['there is no certificate', () => setCertificate(stand.control, 'patients', null)],
  ['nobody asked for shares', () => setReads(stand.control, 'patients', 'owner')],
  ['the stream is too far behind', () => stand.reportLag('patients', 2001)],
  ['nobody knows how far it is', () => stand.reportLag('patients', null)],
])('the owner answers everybody while %s', async (_, spoil) => {
  await share(100)
  expect(await served(people('before', 5))).toHaveLength(5)
  await spoil()
  await refresh(proxy)
  const sides = await Promise.all(people('after', 5).map(by))
  expect(sides).toEqual(people('after', 5).map(() => 'legacy'))
})

test('a report of the lag that is old is no report', async () => {
  await share(100)
  await stand.control.query("update stream set reported_at = now() - interval '6 s'")
  await refresh(proxy)
  expect(await by('late')).toBe('legacy')
})

test('the share that holds is reported to the control store, for whoever sets it', async () => {
  await share(100)
  await refresh(proxy)
  const { rows } = await stand.control.query('select report from proxy')
  expect(rows[0].report.shares.patients).toBe(100)
})

test('metrics tell which side answered, and why it was not the one that the flag wanted', async () => {
  await share(100)
  await by('measured')
  await stand.reportLag('patients', 60_000)
  await refresh(proxy)
  await by('measured later')
  const { text } = await ask(proxy.adminUrl, { path: '/metrics' })
  const line = (name: string, labels: string) => new RegExp(`^${name}\\{${labels}\\} [1-9]`, 'm')
  const reads = 'slice="patients",side="(\\w+)",effect="reads",status="200"'
  expect(text).toMatch(line('strangler_requests_total', reads.replace('(\\w+)', 'extracted')))
  expect(text).toMatch(line('strangler_requests_total', reads.replace('(\\w+)', 'legacy')))
  expect(text).toMatch(line('strangler_steered_reads_total', 'slice="patients",because="lag"'))
})

const unclean = {
  at: '2030-01-01T00:00:00.000Z',
  clean: false,
  rows: 1,
  tables: [],
  position: '',
  worker: 'a test',
}
