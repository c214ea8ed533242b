import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { disposable, freePort, startPetSphere } from '@strangler/local'
import { expect, test } from 'vitest'
import { findK6 } from '../src/find-k6.ts'

const runner = fileURLToPath(new URL('../run.ts', import.meta.url))

/** `npm run load`, and whatever comes of it. */
function load(env: NodeJS.ProcessEnv, ...args: string[]) {
  const { promise, resolve } = Promise.withResolvers<{ code: number; said: string }>()
  execFile(process.execPath, [runner, ...args], { env }, (error, stdout, stderr) => {
    const code = error ? (typeof error.code === 'number' ? error.code : -1) : 0
    resolve({ code, said: `${stdout}${stderr}` })
  })
  return promise
}

test('load through a switch there and back loses nothing, and leaves the slice where it was', async ({
  skip,
}) => {
  const k6 = findK6()
  if (k6 === undefined) skip('k6 is not installed: go install go.k6.io/k6@v1.8.1')
  await using opened = new AsyncDisposableStack()
  const dataDir = mkdtempSync(join(tmpdir(), 'strangler-load-'))
  opened.defer(() => rmSync(dataDir, { recursive: true, force: true }))
  chmodSync(dataDir, 0o755) // The database servers may run as another user.
  const petSphere = opened.use(
    await startPetSphere({
      port: await freePort(),
      adminPort: await freePort(),
      dataDir,
      size: 'small',
      postgres: disposable,
      say: () => {},
    }),
  )
  const { code, said } = await load(
    { PATH: process.env['PATH'], K6_PATH: k6, BASE_URL: petSphere.url, DATA_DIR: dataDir },
    'switch',
  )
  console.log(said)
  expect(said).toContain('patients is not in step (none): syncing it first.')
  expect(said).toMatch(/"patients" is on the extracted side, at epoch 2/)
  expect(said).toMatch(/"patients" is on the legacy side, at epoch 3/)
  expect(said).toMatch(/http_req_failed\W+0\.00%/)
  expect(code).toBe(0)
  const metrics = await (await fetch(`${petSphere.adminUrl}/metrics`)).text()
  for (const side of ['legacy', 'extracted']) {
    expect(metrics).toMatch(
      new RegExp(`strangler_requests_total\\{slice="patients",side="${side}",effect="writes"`),
    )
  }
}, 300_000)

test('without k6 a person is told how to get it', async () => {
  const { code, said } = await load({ PATH: '', K6_PATH: '/nowhere/k6' }, 'switch')
  expect(code).toBe(1)
  expect(said).toContain('go install go.k6.io/k6@v1.8.1')
})

test('a scenario that there is not is answered with those that there are', async () => {
  const { code, said } = await load({ PATH: process.env['PATH'] }, 'swich')
  expect(code).toBe(1)
  expect(said).toContain('one of: switch')
})

test('where nothing answers a person is told how to start it', async () => {
  const baseUrl = `http://127.0.0.1:${await freePort()}`
  // Any program will do for k6: it is not reached.
  const env = { PATH: process.env['PATH'], K6_PATH: process.execPath, BASE_URL: baseUrl }
  const { code, said } = await load(env, 'switch')
  expect(code).toBe(1)
  expect(said).toContain(`Nothing answers at ${baseUrl}`)
  expect(said).toContain('npm start')
})
