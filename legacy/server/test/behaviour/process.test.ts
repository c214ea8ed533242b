import { once } from 'node:events'
import { connect as connectSocket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { json, signIn } from '../harness/petsphere.ts'
import { connect, Postgres } from '../harness/postgres.ts'
import { type Program, run, until } from '../harness/process.ts'

let postgres: Postgres
let env: Record<string, string>

beforeAll(async () => {
  postgres = await Postgres.open()
  env = {
    DATABASE_URL: await postgres.seededDatabase('petsphere'),
    JWT_SECRET: 'a secret for tests only',
    PORT: '0',
    NIGHTLY_AT: 'off',
    BCRYPT_COST: '4',
  }
})

afterAll(() => postgres[Symbol.asyncDispose]())

async function addressOf(server: Program): Promise<string> {
  const [, url] = await server.printed(/"url":"([^"]+)"/)
  return url!
}

const admin = 'admin@petsphere.test'

test('without what it needs it says everything that is missing, and exits', async () => {
  await using server = run('main.ts', {
    JWT_SECRET: 'short',
    PORT: '99999',
    NIGHTLY_AT: '25:00',
    SMTP_URL: 'mail.test:hidden@example',
  })
  expect(await server.exited()).toBe(1)
  const output = server.output()
  for (const name of ['DATABASE_URL', 'JWT_SECRET', 'PORT', 'NIGHTLY_AT', 'SMTP_URL']) {
    expect(output).toContain(name)
  }
  expect(output).not.toContain('short')
  expect(output).not.toContain('hidden')
})

test('without the schema it names the command that makes it, and exits', async () => {
  const url = await postgres.emptyDatabase('bare')
  await using server = run('main.ts', { ...env, DATABASE_URL: url })
  expect(await server.exited()).toBe(1)
  expect(server.output()).toContain('Run `node src/migrate.ts` first')
})

test('told to stop, it finishes what it has begun and takes nothing new', async () => {
  await using server = run('main.ts', env)
  const url = await addressOf(server)
  const token = await signIn(url, admin)
  await using blocker = await connect(env['DATABASE_URL']!)
  await blocker.client.query('begin')
  await blocker.client.query('select 1 from pets where id = 1 for update')
  const answer = fetch(`${url}/api/pets/1`, {
    ...json({ name: 'Patient' }, 'PATCH'),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
  })
  await until(async () => (await waitingForLocks()) > 0)
  server.process.kill('SIGTERM')
  await server.printed(/"message":"stopping"/)
  await until(() =>
    fetch(`${url}/health`).then(
      () => false,
      () => true,
    ),
  )
  await blocker.client.query('rollback')
  expect((await answer).status).toBe(200)
  expect(await server.exited()).toBe(0)
})

test('it keeps idle connections longer than a minute', async () => {
  await using server = run('main.ts', env)
  const answer = await fetch(`${await addressOf(server)}/health`)
  expect(Number(/timeout=(\d+)/.exec(answer.headers.get('keep-alive') ?? '')?.[1])).toBeGreaterThan(
    60,
  )
})

test('an upload that is cut off harms nobody', async () => {
  await using server = run('main.ts', env)
  const url = new URL(await addressOf(server))
  const token = await signIn(url.href.slice(0, -1), admin)
  const socket = connectSocket(Number(url.port), url.hostname)
  socket.write(
    `POST /api/pets/1/attachments?filename=a.bin HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Length: 100000\r\n\r\nbeginning`,
  )
  await once(socket, 'connect')
  socket.destroy()
  await once(socket, 'close')
  const answer = await fetch(`${url.href}health`)
  expect(answer.status).toBe(200)
})

test('more bytes than accepted are answered, not cut off', async () => {
  await using server = run('main.ts', env)
  const url = new URL(await addressOf(server))
  const token = await signIn(url.href.slice(0, -1), admin)
  const socket = connectSocket(Number(url.port), url.hostname)
  const size = 30 * 1024 * 1024
  socket.write(
    `POST /api/pets/1/attachments?filename=a.bin HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\nContent-Length: ${size}\r\n\r\n`,
  )
  socket.end(Buffer.alloc(size))
  expect(await text(socket)).toMatch(/^HTTP\/1.1 413 /)
})

test('it outlives its database, and finds it again', async () => {
  await using server = run('main.ts', env)
  const url = await addressOf(server)
  const token = await signIn(url, admin)
  const headers = { authorization: `Bearer ${token}` }
  const pets = async () => (await fetch(`${url}/api/pets`, { headers })).status
  expect(await pets()).toBe(200)

  // One request is in the middle of a transaction when the database goes.
  const blocker = await connect(env['DATABASE_URL']!)
  await blocker.client.query('begin')
  await blocker.client.query('select 1 from pets where id = 1 for update')
  const interrupted = fetch(`${url}/api/pets/1`, {
    ...json({ name: 'Patient' }, 'PATCH'),
    headers: { 'content-type': 'application/json', ...headers },
  })
  await until(async () => (await waitingForLocks()) > 0)
  await postgres.stop()
  expect((await interrupted).status).toBe(503)

  const down = await fetch(`${url}/api/pets`, { headers })
  expect(down.status).toBe(503)
  expect(down.headers.get('retry-after')).toBe('1')
  expect(await down.json()).toEqual({ error: 'Database unavailable' })
  expect((await fetch(`${url}/health`)).status).toBe(503)

  await postgres.startAgain()
  await until(async () => (await pets()) === 200)
  expect(server.process.exitCode).toBe(null)
})

async function waitingForLocks(): Promise<number> {
  const rows = await postgres.sql(
    env['DATABASE_URL']!,
    "select 1 from pg_stat_activity where wait_event_type = 'Lock'",
  )
  return rows.length
}
