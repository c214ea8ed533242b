import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { disposable, freePort, type PetSphere, startPetSphere } from '@strangler/local'
import { afterAll, beforeAll, expect, test } from 'vitest'
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

const k6 = findK6()
const toGetIt = 'k6 is not installed: go install go.k6.io/k6@v1.8.1'
const dataDir = mkdtempSync(join(tmpdir(), 'strangler-load-'))
let petSphere: PetSphere | undefined

beforeAll(async () => {
  if (k6 === undefined) return
  chmodSync(dataDir, 0o755) // The database servers may run as another user.
  petSphere = await startPetSphere({
    port: await freePort(),
    adminPort: await freePort(),
    dataDir,
    size: 'small',
    postgres: disposable,
    monolith: { BCRYPT_COST: '4' }, // How passwords are hashed is not what is tried here.
    say: () => {},
  })
}, 300_000)

afterAll(async () => {
  await petSphere?.[Symbol.asyncDispose]()
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })
}, 60_000)

/** `npm run load` on the system that runs here. */
function loadHere(...args: string[]) {
  const env = {
    PATH: process.env['PATH'],
    K6_PATH: k6,
    BASE_URL: petSphere!.url,
    DATA_DIR: dataDir,
  }
  return load(env, ...args)
}

test('load through a switch there and back loses nothing, and leaves the slice where it was', async ({
  skip,
}) => {
  if (petSphere === undefined) return skip(toGetIt)
  const { code, said } = await loadHere('switch')
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

/** Little enough for a machine that does something else, and nobody thinks for long. */
const short = ['--rate', '2', '--think', '0.02']

test('steady: all roles do their work through a switch there and back, and no request fails', async ({
  skip,
}) => {
  if (petSphere === undefined) return skip(toGetIt)
  const { code, said } = await loadHere('steady', ...short, '--duration', '20s', '--switches', '1')
  console.log(said)
  expect(said).toMatch(/"patients" is on the extracted side[^]*"patients" is on the legacy side/)
  for (const role of ['receptionist', 'veterinarian', 'owner', 'admin']) {
    expect(said).toMatch(new RegExp(`^${role} +signing in +\\d+ +0 `, 'm'))
  }
  expect(said).toMatch(/requests\/s, 0 failed$/m)
  expect(said).toContain('% of this machine were busy after the opening')
  onlyLatency(code, said)
}, 300_000)

test('spike: what came before, in and after it is told apart', async ({ skip }) => {
  if (petSphere === undefined) return skip(toGetIt)
  const { code, said } = await loadHere('spike', ...short, '--duration', '10s', '--times', '3')
  console.log(said)
  const requestsIn = (part: string) => Number(new RegExp(`^${part} +(\\d+) `, 'm').exec(said)?.[1])
  expect(requestsIn('before')).toBeGreaterThan(0)
  expect(requestsIn('after')).toBeGreaterThan(0)
  expect(requestsIn('spike')).toBeGreaterThan(0)
  expect(said).toMatch(/requests\/s, 0 failed$/m)
  onlyLatency(code, said)
}, 120_000)

test('soak: the end is compared with the beginning, in latency and in each program’s memory', async ({
  skip,
}) => {
  if (petSphere === undefined) return skip(toGetIt)
  const { code, said } = await loadHere('soak', ...short, '--duration', '12s')
  console.log(said)
  expect(said).toMatch(/^kind +p50 first +last +p95 first +last$/m)
  for (const program of ['proxy', 'cdc', 'legacy/server', 'extracted/patient', 'legacy-database']) {
    expect(said).toMatch(new RegExp(`^${program} +[1-9]\\d* MB +[1-9]\\d* MB$`, 'm'))
  }
  expect(said).toMatch(/requests\/s, 0 failed$/m)
  onlyLatency(code, said)
}, 120_000)

/** All but how long it took, which depends on what else the machine does. */
function onlyLatency(code: number, said: string): void {
  const crossed = [...said.matchAll(/^ {2}(\S.*: (?:rate|p\(|max|count).*)$/gm)].map(
    ([, one]) => one!,
  )
  expect(crossed.filter((one) => !/http_req_duration/.test(one))).toEqual([])
  const isLate = crossed.length > 0 || said.includes('became slower')
  expect(isLate ? 1 : 0).toBe(code)
}

test('without k6 a person is told how to get it', async () => {
  const { code, said } = await load({ PATH: '', K6_PATH: '/nowhere/k6' }, 'switch')
  expect(code).toBe(1)
  expect(said).toContain('go install go.k6.io/k6@v1.8.1')
})

test('a scenario that there is not is answered with those that there are', async () => {
  const { code, said } = await load({ PATH: process.env['PATH'] }, 'swich')
  expect(code).toBe(1)
  expect(said).toContain('one of: switch, steady, spike, soak')
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
