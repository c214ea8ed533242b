import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { addSlices, finish, openRequests, type Request, setProgress } from '@strangler/core'
import {
  createTestControlStore,
  startPostgres,
  type TestControlStore,
  type TestPostgres,
} from '@strangler/local/testing'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { run, start } from '../harness/command.ts'

const opened = new AsyncDisposableStack()
let control: TestControlStore
let postgres: TestPostgres
let env: Record<string, string>

// A test answers as the worker does, so that every answer can be had.
beforeAll(async () => {
  postgres = opened.use(await startPostgres())
  control = opened.use(await createTestControlStore(postgres))
  env = { CONTROL_URL: control.url }
  await addSlices(control.pool, ['patients', 'visits'])
  await setLease(3600_000)
})
afterAll(() => opened.disposeAsync())

const setLease = (ms: number) =>
  control.pool.query(
    `insert into lease values ('coordinator', 'a test', clock_timestamp(), $1)
     on conflict (name) do update set renewed_at = clock_timestamp(), lease_ms = $1`,
    [ms],
  )

function asked(kind: string): Promise<Request> {
  return vi.waitFor(
    async () => {
      const request = (await openRequests(control.pool)).find((one) => one.kind === kind)
      if (!request) throw new Error(`nobody asked for ${kind}`)
      return request
    },
    { timeout: 10_000, interval: 20 },
  )
}

test.each([
  ['done', 0],
  ['refused', 3],
  ['failed', 4],
] as const)(
  'an answer "%s" ends with exit code %i, and its reasons are shown',
  async (state, code) => {
    const running = start(['verify', 'patients'], { env })
    const { id, requestedBy } = await asked('verify')
    expect(requestedBy).toBe('ann')
    await finish(control.pool, id, state, { message: 'So it ended.', reasons: ['one', 'two'] })
    const ended = await running.ended
    expect(ended.code).toBe(code)
    const text = ended.stdout + ended.stderr
    expect(text).toContain('So it ended.')
    expect(text.includes('  - one\n  - two')).toBe(state !== 'done')
  },
)

test('in JSON a refusal is one document with its reasons, and nothing else is printed', async () => {
  const running = start(['verify', 'patients', '--json'], { env })
  const { id } = await asked('verify')
  await setProgress(control.pool, id, { step: 'comparing', done: 1, total: 2 })
  await finish(control.pool, id, 'refused', { message: 'No.', reasons: ['because'] })
  const { code, json, stderr } = await running.ended
  expect(code).toBe(3)
  expect(json).toMatchObject({ error: { code: 'REFUSED', reasons: ['because'] } })
  expect(stderr).toBe('')
})

test('Ctrl-C leaves the worker to it; the same command follows it again', async () => {
  const first = start(['sync', 'start', 'visits'], { env })
  const { id } = await asked('sync-start')
  await setProgress(control.pool, id, { step: 'copying', table: 'visits' })
  await first.printed('copying')
  first.interrupt()
  const left = await first.ended
  expect(left.code).toBe(130)
  expect(left.stderr).toContain('strangler abort visits')
  expect((await asked('sync-start')).abort).toBe(false)
  const second = start(['sync', 'start', 'visits'], { env })
  await second.printed('following it')
  await finish(control.pool, id, 'done', { message: 'In step.' })
  expect((await second.ended).code).toBe(0)
})

test('abort asks what is under way to stop, and waits until it has', async () => {
  const running = start(['sync', 'start', 'visits'], { env })
  const { id } = await asked('sync-start')
  const dry = await run(['abort', 'visits', '--dry-run'], { env })
  expect(dry.stdout).toContain('sync-start')
  expect((await asked('sync-start')).abort).toBe(false)
  const aborting = start(['abort', 'visits'], { env })
  await expect.poll(async () => (await asked('sync-start')).abort, { timeout: 5000 }).toBe(true)
  await finish(control.pool, id, 'failed', { message: 'It was stopped.' })
  const aborted = await aborting.ended
  expect(aborted.code).toBe(0)
  expect(aborted.stdout).toContain('It was stopped.')
  expect((await running.ended).code).toBe(4)
})

test('without a worker nothing is asked, and it says how to start one', async () => {
  await setLease(0)
  const ended = await run(['verify', 'patients'], { env })
  await setLease(3600_000)
  expect(ended.code).toBe(5)
  expect(ended.stderr).toContain('strangler worker')
  expect(await openRequests(control.pool)).toEqual([])
})

test('status --watch shows the state again and again, and ends at Ctrl-C', async () => {
  const running = start(['status', '--watch'], { env })
  await running.printed(/patients[\s\S]*patients/)
  running.interrupt()
  expect(await running.ended).toMatchObject({ code: null, signal: 'SIGINT' })
})

test('a control store that is down for a while keeps nobody from learning how it ended', async () => {
  const running = start(['sync', 'start', 'visits'], { env })
  const { id } = await asked('sync-start')
  await setProgress(control.pool, id, { step: 'copying', table: 'visits' })
  await running.printed('copying')
  await postgres.stop()
  await postgres.startAgain()
  const answer = () => finish(control.pool, id, 'done', { message: 'So it ended.' })
  await vi.waitFor(answer, { timeout: 10_000 })
  const { code, stdout } = await running.ended
  expect([code, stdout]).toEqual([0, expect.stringContaining('So it ended.')])
})

test('a control store that goes away while something is asked is said to leave it open, and the same command asks', async () => {
  const holding = new AsyncDisposableStack()
  const lock = holding.adopt(await control.pool.connect(), (used) => used.release(true))
  onTestFinished(() => holding.disposeAsync())
  await lock.query('begin; lock table request')
  const running = start(['verify', 'visits'], { env })
  const waiting = "from pg_stat_activity where wait_event_type = 'Lock' and query ~ 'request'"
  const ended = async () =>
    (await control.pool.query(`select pg_terminate_backend(pid) ${waiting}`)).rowCount
  await expect.poll(ended, { timeout: 30_000 }).toBe(1)
  const { code, stderr } = await running.ended
  expect([code, stderr]).toEqual([5, expect.stringContaining('type the same again')])
  await holding.disposeAsync()
  const again = start(['verify', 'visits'], { env })
  const { id } = await asked('verify')
  await finish(control.pool, id, 'done', { message: 'So it ended.' })
  expect((await again.ended).code).toBe(0)
})

test('whoever was started by a process that is killed ends, too', async () => {
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
  const following = fork(main, ['verify', 'visits'], { env, stdio: 'ignore' })
  await asked('verify')
  following.disconnect() // As when its parent's end of the channel closes.
  const [, signal] = (await once(following, 'exit')) as [number | null, string | null]
  expect(signal).toBe('SIGTERM')
})
