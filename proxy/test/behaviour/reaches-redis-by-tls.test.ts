import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@strangler/local'
import {
  type Authority,
  createAuthority,
  missingForCertificates,
  type OwnStack,
  startOwnStack,
  startPostgres,
  type TestPostgres,
  useRedis,
} from '@strangler/local/testing'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { stateOf } from '../harness/admin.ts'
import { testPlan } from '../harness/plan.ts'
import { createStand, type Stand } from '../harness/stand.ts'
import { soon } from '../harness/soon.ts'

const missing = useRedis().missing ?? missingForCertificates()
const opened = new AsyncDisposableStack()
let postgres: TestPostgres
let own: OwnStack
let authority: Authority
let stranger: Authority
let stand: Stand
let redisUrl: string

beforeEach(({ skip }) => skip(missing !== undefined, missing))
beforeAll(async () => {
  if (missing !== undefined) return
  const folder = mkdtempSync(join(tmpdir(), 'strangler-redis-'))
  opened.defer(() => rmSync(folder, { recursive: true, force: true }))
  authority = await createAuthority(folder, 'authority')
  stranger = await createAuthority(folder, 'stranger')
  own = opened.use(await startOwnStack({ parts: ['redis'] }))
  const port = await freePort()
  const { cert, key } = await authority.certify('redis')
  const redis = new Redis(own.redisUrl)
  opened.defer(() => redis.disconnect())
  for (const [name, value] of [
    ['tls-cert-file', cert],
    ['tls-key-file', key],
    ['tls-ca-cert-file', authority.ca],
    ['tls-auth-clients', 'no'],
    ['tls-port', String(port)],
  ] as const) {
    await redis.config('SET', name, value)
  }
  redisUrl = `rediss://127.0.0.1:${port}`
  postgres = opened.use(await startPostgres())
  stand = opened.use(await createStand(postgres, testPlan()))
})
afterAll(() => opened[Symbol.asyncDispose]())

async function pinsWith(settings: Record<string, string>) {
  const proxy = await stand.start({
    settings: { REDIS_URL: redisUrl, REDIS_TIMEOUT_MS: '2000', ...settings },
  })
  return async () => (await stateOf(proxy)).pins
}

test('pins are shared through Redis by TLS, when its authority is known', async () => {
  const pins = await pinsWith({ REDIS_CA: authority.ca })
  await expect.poll(pins, soon).toMatchObject({ store: 'redis', isUp: true })
})

test.each([
  ['nobody known', () => ({})],
  ['somebody else', () => ({ REDIS_CA: stranger.ca })],
])(
  'a Redis that %s has certified is not relied on, and the proxy says why',
  async (_, settings) => {
    const pins = await pinsWith(settings())
    await expect
      .poll(pins, soon)
      .toMatchObject({ isUp: false, trouble: expect.stringContaining('certificate') })
  },
)

test('a file that holds no certificates is refused at the start', async () => {
  await expect(pinsWith({ REDIS_CA: import.meta.filename })).rejects.toThrow(
    /REDIS_CA.*holds no certificate/s,
  )
  await expect(pinsWith({ REDIS_CA: '/nowhere/ca.pem' })).rejects.toThrow(
    /REDIS_CA.*cannot be read: ENOENT/s,
  )
})
