import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { setUpDepot } from '../monolith/setup.ts'
import { setUpService } from '../service/setup.ts'
import { withClient } from './conversion.ts'
import { freePort } from '../../../local/src/system/ports.ts'
import { type Databases, cookieOf, startDatabases } from './depot.ts'

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
})

afterAll(() => opened.disposeAsync())

interface Process extends AsyncDisposable {
  readonly url: string
  readonly child: ChildProcess
}

/** Starts a main.ts as its own process and resolves when it says where it listens. */
async function start(main: string, env: Record<string, string>): Promise<Process> {
  const file = fileURLToPath(new URL(`../${main}/main.ts`, import.meta.url))
  const child = spawn(process.execPath, [file], {
    env: { PATH: process.env['PATH'], PORT: String(await freePort()), ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const line = String((await once(createInterface(child.stdout), 'line'))[0])
  return {
    url: /http:\S+/.exec(line)![0],
    child,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

test('a main.ts without its settings names them and exits', async () => {
  const main = fileURLToPath(new URL('../service/main.ts', import.meta.url))
  const child = spawn(process.execPath, [main], { env: {}, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  expect(await once(child, 'close')).toEqual([1, null])
  expect(said).toContain('Set PORT in the environment.')
})

test('a monolith whose database is down answers 503, and 200 once it is back', async () => {
  await using monolith = await start('monolith', { DATABASE_URL: depotUrl })
  const health = async () => (await fetch(`${monolith.url}/health`)).status
  expect(await health()).toBe(200)
  await databases.stop()
  expect(await health()).toBe(503)
  await databases.start()
  expect(await health()).toBe(200)
})

test('a service that cannot reach the monolith answers 503 and says when to come back', async () => {
  const nowhere = `http://127.0.0.1:${await freePort()}`
  await using service = await start('service', { DATABASE_URL: parcelUrl, MONOLITH_URL: nowhere })
  const cookie = 'depot_sid=any'
  const response = await fetch(`${service.url}/parcels`, { headers: { cookie } })
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('1')
})

test('a service whose database is down answers 503', async () => {
  await using monolith = await start('monolith', { DATABASE_URL: depotUrl })
  await using service = await start('service', {
    DATABASE_URL: `postgres://parcel@127.0.0.1:${await freePort()}/parcel`,
    MONOLITH_URL: monolith.url,
  })
  const cookie = await cookieOf(monolith.url)
  for (const path of ['/parcels', '/rates']) {
    const response = await fetch(`${service.url}${path}`, { headers: { cookie } })
    expect(response.status).toBe(503)
  }
  const event = await fetch(`${service.url}/parcels/101/events`, {
    method: 'POST',
    headers: { cookie },
    body: new URLSearchParams({ type: 'scan' }),
  })
  expect(event.status).toBe(503)
})

test('on SIGTERM a monolith finishes what is under way and exits cleanly', async () => {
  await using monolith = await start('monolith', { DATABASE_URL: depotUrl })
  const cookie = await cookieOf(monolith.url)
  await withClient(depotUrl, async (blocker) => {
    await blocker.query('BEGIN')
    await blocker.query('SELECT FROM depot.parcels WHERE id = 101 FOR UPDATE')
    const answer = fetch(`${monolith.url}/parcels/101/events`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json' },
      body: '{"type":"scan"}',
    })
    const waiting = () =>
      withClient(depotUrl, async (client) => {
        const { rows } = await client.query<{ waiting: boolean }>(
          `SELECT count(*) = 1 AS waiting FROM pg_stat_activity
            WHERE datname = 'depot' AND application_name = 'depot' AND wait_event_type = 'Lock'`,
        )
        return rows[0]!.waiting
      })
    await expect.poll(waiting).toBe(true)
    const exited = once(monolith.child, 'exit')
    monolith.child.kill('SIGTERM')
    const refused = () =>
      fetch(`${monolith.url}/health`).then(
        () => false,
        () => true,
      )
    await expect.poll(refused).toBe(true)
    await blocker.query('COMMIT')
    const response = await answer
    expect(response.status).toBe(201)
    await response.text()
    expect(await exited).toEqual([0, null])
  })
})
