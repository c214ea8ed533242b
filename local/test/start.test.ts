import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { freePort } from '../src/system/ports.ts'

const root = new URL('../..', import.meta.url)
const dataDir = mkdtempSync(join(tmpdir(), 'strangler-start-'))
chmodSync(dataDir, 0o755) // Else root, who lends Postgres another account, keeps the data elsewhere.
let port: number
let adminPort: number

beforeAll(async () => {
  port = await freePort()
  adminPort = await freePort()
})
afterAll(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 }))

interface Start {
  readonly npm: ChildProcess
  output(): string
}

function npmStart(env: Record<string, string> = {}): Start {
  const npm = spawn('npm', ['start'], {
    cwd: root,
    detached: true, // A group of its own, as a terminal makes one: Ctrl-C goes to all of it.
    env: {
      ...process.env,
      PORT: String(port),
      ADMIN_PORT: String(adminPort),
      DATA_DIR: dataDir,
      SEED_SIZE: 'small',
      ...env,
    },
  })
  let text = ''
  for (const stream of [npm.stdout, npm.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  }
  return { npm, output: () => text }
}

const lastLine = (text: string) => text.trimEnd().split('\n').at(-1)

async function untilReady({ npm, output }: Start): Promise<void> {
  await vi.waitFor(
    () => {
      if (npm.exitCode !== null) throw new Error(`npm start has ended:\n${output()}`)
      expect(lastLine(output())).toContain('ready')
    },
    { timeout: 110_000, interval: 200 },
  )
}

const environment = () => parseEnv(readFileSync(join(dataDir, 'strangler.env'), 'utf8'))

/** Every process that belongs to a start names its data folder or holds a port of it. */
async function isAllGone(): Promise<boolean> {
  const urls = Object.values(environment()).filter((value) => value!.includes('127.0.0.1'))
  const ports = new Set([port, adminPort, ...urls.map((url) => Number(new URL(url!).port))])
  const taken = await Promise.all([...ports].map(isTaken))
  return !taken.includes(true)
}

function isTaken(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const server = createServer()
  server.once('error', () => resolve(true))
  server.listen(port, '127.0.0.1', () => server.close(() => resolve(false)))
  return promise
}

async function logIn(): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'reception@petsphere.test', password: 'petsphere-demo' }),
  })
  expect(response.status).toBe(200)
  return ((await response.json()) as { accessToken: string }).accessToken
}

test('npm start answers through the proxy, keeps what was written, and leaves nothing behind', async () => {
  const first = npmStart()
  await untilReady(first)
  const page = await fetch(`http://127.0.0.1:${port}/`)
  expect(page.status).toBe(200)
  expect(await page.text()).toContain('<div id="root">')
  const token = await logIn()
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const made = await fetch(`http://127.0.0.1:${port}/api/species`, { headers })
  expect(made.status).toBe(200)

  // Secrets are for their owner's eyes.
  for (const file of ['strangler.env', 'local.json']) {
    expect(statSync(join(dataDir, file)).mode & 0o777).toBe(0o600)
  }
  expect(first.output()).not.toContain(environment()['ADMIN_TOKEN'])

  // Something in the database that only a kept one has.
  const legacy = new pg.Client({ connectionString: environment()['LEGACY_COORDINATOR_URL'] })
  await legacy.connect()
  await legacy.query("create schema kept; comment on schema kept is 'from the first start'")
  await legacy.end()

  process.kill(-first.npm.pid!, 'SIGINT')
  await once(first.npm, 'exit')
  await vi.waitFor(async () => expect(await isAllGone()).toBe(true), { timeout: 20_000 })

  const second = npmStart()
  await untilReady(second)
  const again = new pg.Client({ connectionString: environment()['LEGACY_COORDINATOR_URL'] })
  await again.connect()
  const { rowCount } = await again.query("select from pg_namespace where nspname = 'kept'")
  await again.end()
  expect(rowCount).toBe(1)

  // npm dies as it would with its terminal's window, and cannot tell anybody.
  second.npm.kill('SIGKILL')
  await vi.waitFor(async () => expect(await isAllGone()).toBe(true), { timeout: 30_000 })
}, 300_000)

test('a port that is taken is named, with what to do, and nothing is started', async () => {
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  const taken = (holder.address() as { port: number }).port
  const { npm, output } = npmStart({ PORT: String(taken) })
  const [code] = (await once(npm, 'exit')) as [number]
  holder.close()
  expect(code).toBe(1)
  expect(output()).toContain(`Port ${taken} is taken by another program`)
  expect(output()).toContain(`PORT=${taken + 1000} npm start`)
})

test('a setting that makes no sense is refused with an example', async () => {
  const { npm, output } = npmStart({ ADMIN_PORT: 'eighty' })
  const [code] = (await once(npm, 'exit')) as [number]
  expect(code).toBe(1)
  expect(output()).toMatch(/ADMIN_PORT is "eighty".*for example ADMIN_PORT=8081/)
})

test('what it kept and cannot read any more is named, with what to do', async () => {
  const kept = mkdtempSync(join(tmpdir(), 'strangler-kept-'))
  writeFileSync(join(kept, 'local.json'), '{ "ports":')
  const { npm, output } = npmStart({
    DATA_DIR: kept,
    PORT: String(await freePort()),
    ADMIN_PORT: String(await freePort()),
  })
  const [code] = (await once(npm, 'exit')) as [number]
  rmSync(kept, { recursive: true })
  expect(code).toBe(1)
  expect(output()).toMatch(/local\.json cannot be read:.*put it back, or remove its folder/)
})

test('a data folder that is none is named, with what to do', async () => {
  const { npm, output } = npmStart({
    DATA_DIR: '/dev/null/petsphere',
    PORT: String(await freePort()),
  })
  const [code] = (await once(npm, 'exit')) as [number]
  expect(code).toBe(1)
  expect(output()).toMatch(/DATA_DIR cannot be used:.*Choose another folder/)
})
