import { once } from 'node:events'
import { connect as connectSocket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect } from '../../../../legacy/server/test/harness/postgres.ts'
import { loadService } from '../harness/conversion.ts'
import { type Program, run } from '../harness/process.ts'
import { Postgres, serviceDatabase } from '../harness/sides.ts'
import { jwtSecret, tokenOf } from '../harness/tokens.ts'

let postgres: Postgres
let databaseUrl: string
let env: Record<string, string>

beforeAll(async () => {
  postgres = await Postgres.open()
  databaseUrl = await serviceDatabase(postgres, 'patient')
  await loadService(await postgres.seededDatabase('legacy'), databaseUrl)
  env = { DATABASE_URL: databaseUrl, JWT_SECRET: jwtSecret, PORT: '0', OVERDUE_AT: 'off' }
})

afterAll(() => postgres[Symbol.asyncDispose]())

async function addressOf(service: Program): Promise<string> {
  return (await service.printed(/"url":"([^"]+)"/))[1]!
}

const authorization = `Bearer ${tokenOf('admin')}`

const rename = (url: string) =>
  fetch(`${url}/api/pets/1`, {
    method: 'PATCH',
    headers: { authorization, 'content-type': 'application/json' },
    body: '{"name":"Patient"}',
  })

/** Holds animal 1, so that who would change it waits. */
async function holdAnimal() {
  const held = await connect(databaseUrl)
  await held.client.query('begin')
  await held.client.query('select from animals where animal_id = 1 for update')
  return held
}

const somebodyWaits = async () => {
  const waiting = await postgres.sql(
    databaseUrl,
    "select from pg_stat_activity where wait_event_type = 'Lock'",
  )
  return waiting.length > 0
}

const refusesConnections = (url: string) => () =>
  fetch(`${url}/health`).then(
    () => false,
    () => true,
  )

test('without what it needs it says everything that is wrong, and exits', async () => {
  await using service = run('main.ts', { JWT_SECRET: 'short', PORT: '99999', OVERDUE_AT: '25:00' })
  expect(await service.exited()).toBe(1)
  const said = service.output()
  for (const name of ['DATABASE_URL', 'JWT_SECRET', 'PORT', 'OVERDUE_AT']) {
    expect(said).toContain(name)
  }
  expect(said).not.toContain('short')
})

test('without the schema it names the command that makes it, which does', async () => {
  const bare = { ...env, DATABASE_URL: await postgres.emptyDatabase('bare') }
  await using service = run('main.ts', bare)
  expect(await service.exited()).toBe(1)
  expect(service.output()).toContain('Run `node src/migrate.ts` first')
  await using migrating = run('migrate.ts', bare)
  expect(await migrating.exited()).toBe(0)
  expect(migrating.output()).toContain('Applied 001-kinds.sql, 002-guardians.sql')
  await using again = run('migrate.ts', bare)
  expect(await again.exited()).toBe(0)
  expect(again.output()).toContain('Nothing to apply')
  await using ready = run('main.ts', bare)
  expect((await fetch(`${await addressOf(ready)}/health`)).status).toBe(200)
})

test('told to stop, it answers what it has begun and takes nothing new', async () => {
  await using service = run('main.ts', env)
  const url = await addressOf(service)
  await using held = await holdAnimal()
  const answer = rename(url)
  await expect.poll(somebodyWaits).toBe(true)
  service.process.kill('SIGTERM')
  await service.printed(/"message":"stopping"/)
  await expect.poll(refusesConnections(url)).toBe(true)
  await held.client.query('rollback')
  expect((await answer).status).toBe(200)
  expect(await service.exited()).toBe(0)
})

test('it keeps idle connections longer than a minute', async () => {
  await using service = run('main.ts', env)
  const answer = await fetch(`${await addressOf(service)}/health`)
  const seconds = Number(/timeout=(\d+)/.exec(answer.headers.get('keep-alive') ?? '')?.[1])
  expect(seconds).toBeGreaterThan(60)
})

const upload = (host: string, length: number) => `POST /api/pets/1/attachments?filename=a HTTP/1.1\r
Host: ${host}\r
Authorization: ${authorization}\r
Connection: close\r
Content-Length: ${length}\r
\r
`

test('an upload that is cut off harms nobody', async () => {
  await using service = run('main.ts', env)
  const { href, host, hostname, port } = new URL(await addressOf(service))
  const socket = connectSocket(Number(port), hostname)
  socket.write(`${upload(host, 100_000)}beginning`)
  await once(socket, 'connect')
  socket.destroy()
  await once(socket, 'close')
  expect((await fetch(`${href}health`)).status).toBe(200)
})

test('more bytes than are accepted are answered, not cut off', async () => {
  await using service = run('main.ts', env)
  const { host, hostname, port } = new URL(await addressOf(service))
  const socket = connectSocket(Number(port), hostname)
  const size = 30 * 1024 * 1024
  socket.write(upload(host, size))
  socket.end(Buffer.alloc(size))
  expect(await text(socket)).toMatch(/^HTTP\/1.1 413 /)
})

test('a statement that takes too long is ended, and its request answered', async () => {
  await using service = run('main.ts', { ...env, STATEMENT_TIMEOUT_MS: '100' })
  const url = await addressOf(service)
  await using held = await holdAnimal()
  const answer = await rename(url)
  expect([answer.status, await answer.text()]).toEqual([503, '{"error":"Database unavailable"}'])
  await held.client.query('rollback')
  expect((await rename(url)).status).toBe(200)
})

test('it outlives its database, and finds it again', async () => {
  await using service = run('main.ts', env)
  const url = await addressOf(service)
  const list = () => fetch(`${url}/api/pets`, { headers: { authorization } })
  expect((await list()).status).toBe(200)

  // One request is in the middle of a transaction when the database goes.
  await holdAnimal()
  const interrupted = rename(url)
  await expect.poll(somebodyWaits).toBe(true)
  await postgres.stop()
  expect((await interrupted).status).toBe(503)

  const down = await list()
  expect([down.status, down.headers.get('retry-after'), await down.text()]).toEqual([
    503,
    '1',
    '{"error":"Database unavailable"}',
  ])
  expect((await fetch(`${url}/health`)).status).toBe(503)

  await postgres.startAgain()
  await expect.poll(async () => (await list()).status).toBe(200)
  expect(service.process.exitCode).toBe(null)
})
