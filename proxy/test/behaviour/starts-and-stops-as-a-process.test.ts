import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../harness/client.ts'
import { adminToken } from '../harness/front.ts'
import { readAll, startUpstream, type TestUpstream } from '../harness/upstream.ts'
import { soon } from '../harness/soon.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const nowhere = 'postgres://nobody:hush@127.0.0.1:1/nothing'

let folder: string
let plan: string
let legacy: TestUpstream

// A plan of its own beside the test, from where its import of the toolkit is found.
beforeAll(async () => {
  folder = mkdtempSync(fileURLToPath(new URL('.plan-', import.meta.url)))
  plan = join(folder, 'plan.ts')
  const database = `{ coordinator: env('DB'), applier: env('DB'), reader: env('DB') }`
  writeFileSync(
    plan,
    `import { env, table } from '@strangler/core'
export default {
  legacy: { url: env('LEGACY_URL'), database: ${database} },
  services: { patient: { url: env('LEGACY_URL'), database: ${database} } },
  slices: { patients: { service: 'patient', routes: ['GET /api/pets'], tables: [table('pets')] } },
}
`,
  )
  legacy = await startUpstream('legacy')
})
afterAll(async () => {
  await legacy[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

interface Started {
  readonly child: ChildProcess
  readonly output: () => string
  readonly exited: Promise<number | null>
}

function start(settings: Record<string, string> = {}): Started {
  const child = spawn(process.execPath, [main, '--plan', plan], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      ADMIN_PORT: '0',
      ADMIN_TOKEN: adminToken,
      CONTROL_URL: nowhere,
      DB: nowhere,
      LEGACY_URL: legacy.url,
      ...settings,
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text: Buffer) => void (output += text.toString()))
  }
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  return { child, output: () => output, exited }
}

async function ready(started: Started): Promise<string> {
  await expect.poll(started.output, { timeout: 20_000 }).toContain('proxy ready')
  return /"url":"([^"]+)"/.exec(started.output())![1]!
}

async function takesConnections(url: string): Promise<boolean> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  const isTaken = await once(socket, 'connect').then(
    () => true,
    () => false,
  )
  socket.destroy()
  return isTaken
}

test('at SIGTERM requests under way end, no new ones are taken, and the process ends well', async () => {
  const started = start()
  const url = await ready(started)
  const mayEnd = Promise.withResolvers<void>()
  const arrived = Promise.withResolvers<void>()
  legacy.answer(async (req, res) => {
    await readAll(req)
    arrived.resolve()
    await mayEnd.promise
    res.end('done')
  })
  const under = ask(url, { method: 'POST', path: '/rooms', body: 'x' })
  await arrived.promise
  started.child.kill('SIGTERM')
  await expect.poll(() => takesConnections(url), soon).toBe(false)
  mayEnd.resolve()
  expect((await under).text).toBe('done')
  expect(await started.exited).toBe(0)
  expect(started.output()).not.toContain('hush')
  legacy.answer()
})

test('sessions, tokens and queries do not come into the log, whatever fails', async () => {
  const started = start({ LEGACY_URL: 'http://127.0.0.1:1', LOG_LEVEL: 'trace' })
  const url = await ready(started)
  const headers = {
    cookie: 'session=s3cret',
    authorization: 'Bearer s3cret',
    'x-api-key': 's3cret',
  }
  const answer = await ask(url, { path: '/rooms?token=s3cret', headers })
  expect(answer.status).toBe(502)
  await expect.poll(started.output, soon).toContain('UPSTREAM_UNREACHABLE')
  started.child.kill('SIGTERM')
  expect(await started.exited).toBe(0)
  expect(started.output()).not.toContain('s3cret')
})

describe('a proxy that cannot start says why, and ends', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    ['a setting is wrong', { HOLD_MS: 'long' }, /HOLD_MS is "long" .*for example HOLD_MS=10000/],
    ['a variable of the plan is missing', { LEGACY_URL: '' }, /LEGACY_URL is not set/],
    [
      'an address has a path',
      { LEGACY_URL: 'http://user:hush@127.0.0.1:1/app' },
      /The address of legacy .*path/,
    ],
  ])('%s', async (_, settings, message) => {
    const started = start(settings)
    expect(await started.exited).toBe(1)
    expect(started.output()).toMatch(message)
    expect(started.output()).not.toMatch(/hush|\n +at /)
  })

  test('its port is taken', async () => {
    const started = start({ PORT: new URL(legacy.url).port })
    expect(await started.exited).toBe(1)
    expect(started.output()).toMatch(/port \d+ is taken. Set PORT or ADMIN_PORT/)
  })
})
