import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { flagName, setShare } from '@strangler/core'
import { type Kept, unleash } from '@strangler/local'
import { startPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { refresh, stateOf } from '../harness/admin.ts'
import { ask } from '../harness/client.ts'
import { createStand, type Stand } from '../harness/stand.ts'
import { soon } from '../harness/soon.ts'

const opened = new AsyncDisposableStack()
const tokens = { adminToken: '*:*.admin-of-a-test', clientToken: 'default:development.client' }
let admin: { url: string; token: string }
let settings: Record<string, string>
let stand: Stand
let stop: () => Promise<void>

beforeAll(async () => {
  const postgres = opened.use(await startPostgres())
  const database = opened.use(await postgres.createDatabase())
  stand = opened.use(await createStand(postgres))
  const dataDir = mkdtempSync(join(tmpdir(), 'strangler-unleash-'))
  opened.defer(() => rmSync(dataDir, { recursive: true, force: true }))
  const port = await portOf(stand)
  const kept = { ports: { unleash: port }, unleash: { ...tokens, password: 'a password' } }
  const part = unleash({ kept: kept as Kept, dataDir, databaseUrl: database.url('app') })
  const running = await part.start()
  stop = running.stop
  opened.defer(stop)
  admin = { url: `http://127.0.0.1:${port}`, token: tokens.adminToken }
  settings = {
    UNLEASH_URL: admin.url,
    UNLEASH_CLIENT_TOKEN: tokens.clientToken,
    FLAG_BACKUP_DIR: dataDir,
  }
})
afterAll(() => opened.disposeAsync())

/** A port that nobody uses any more. */
async function portOf({ plan }: Stand): Promise<number> {
  const { startFront } = await import('../harness/front.ts')
  await using front = await startFront({ plan })
  return Number(new URL(front.url).port)
}

test('what the command line sets in Unleash is what a proxy shares, and outlives Unleash and the proxy', async () => {
  await setShare(admin, 'patients', 100)
  await stand.shareReads('patients')
  const proxy = await stand.start({ settings })
  const share = (percent: number, on = proxy) =>
    vi.waitUntil(async () => (await stateOf(on)).slices.patients.share === percent, 10_000)
  const by = async (on = proxy) => {
    await stand.bring('forward')
    await stand.reportLag('patients', 5)
    await refresh(on)
    const headers = { 'x-user': `person ${performance.now()}`, clinic: '7' }
    return (await ask(on.url, { path: '/api/pets', headers })).json.by
  }
  await share(100)
  await vi.waitFor(async () => expect(await by()).toBe('patient'), soon)

  await constrain('clinic', ['8'])
  await setShare(admin, 'patients', 99)
  await share(99)
  expect(await by()).toBe('legacy')
  await constrain('clinic', ['7'])
  await setShare(admin, 'patients', 100)
  await share(100)
  await vi.waitFor(async () => expect(await by()).toBe('patient'), soon)

  await stop()
  expect(await by()).toBe('patient')
  await proxy[Symbol.asyncDispose]()
  const restarted = await stand.start({ settings })
  await share(100, restarted)
  await vi.waitFor(async () => expect(await by(restarted)).toBe('patient'), soon)
})

/** Does what a person does in Unleash's interface: limits the flag to some. */
async function constrain(contextName: string, values: readonly string[]): Promise<void> {
  const path = `/api/admin/projects/default/features/${flagName('patients')}/environments/development/strategies`
  const headers = { authorization: admin.token, 'content-type': 'application/json' }
  const existing = await fetch(admin.url + path, { headers })
  const [strategy] = (await existing.json()) as [{ id: string }]
  const constraints = [{ contextName, operator: 'IN', values }]
  const answer = await fetch(`${admin.url}${path}/${strategy.id}`, {
    method: 'PUT',
    headers,
    body: JSON.stringify({ ...strategy, constraints }),
  })
  expect(answer.status).toBe(200)
}
