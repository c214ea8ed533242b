import { fingerprint, type ProxyReport, renewProxy } from '@strangler/core'
import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { library } from '../library.ts'
import { createStand, type Stand } from '../stand.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

const database = { of: 'service', kind: 'database', what: 'cannot read it: no password' } as const
const server = { of: 'service', kind: 'server', what: 'does not reach it: refused' } as const
const monolith = { of: 'legacy', kind: 'server', what: 'does not reach it: refused' } as const
const elsewhere = { of: 'another', kind: 'server', what: 'does not reach it: refused' } as const

/** Reports as a live proxy does, whatever else happens meanwhile. */
async function reporting<Result>(
  { control }: Stand,
  its: Partial<ProxyReport>,
  during: () => Promise<Result>,
): Promise<Result> {
  const report = { shares: {}, writesInFlight: {}, held: {}, ...its }
  const renew = () => renewProxy(control, { id: 'p1', address: 'http://127.0.0.1:1', report })
  await renew()
  const renewing = setInterval(() => void renew(), 500)
  try {
    return await during()
  } finally {
    clearInterval(renewing)
  }
}

test('a switch is refused while a live proxy could not serve the slice there; on the way back it is only told', async () => {
  await using stand = await createStand(postgres, library)
  stand.startWorker()
  await stand.done('sync-start')
  const toService = async () => {
    const { state, result } = await stand.request('switch', { to: 'extracted', dryRun: true })
    return [state, result!.reasons]
  }
  const others = { [stand.slice]: 'others' }
  expect(
    await reporting(stand, { troubles: [database, server], routes: others }, toService),
  ).toEqual([
    'refused',
    [
      'proxy p1 cannot read it: no password',
      'proxy p1 does not reach it: refused',
      expect.stringContaining(`other routes of slice "${stand.slice}"`),
    ],
  ])
  const routes = { [stand.slice]: fingerprint(stand.plan.slices.get(stand.slice)!) }
  expect(await reporting(stand, { troubles: [monolith, elsewhere], routes }, toService)).toEqual([
    'done',
    undefined,
  ])

  await stand.control.query('delete from proxy') // Nobody acknowledges a hold here.
  await stand.done('switch', { to: 'extracted', again: true })
  const { result } = await reporting(stand, { troubles: [monolith], routes }, () =>
    stand.done('switch', { to: 'legacy', dryRun: true }),
  )
  expect(result).toMatchObject({ warnings: ['proxy p1 does not reach it: refused'] })
})

const lacks: readonly (readonly [string, (stand: Stand) => string, string, RegExp])[] = [
  [
    'may not mark its writes',
    ({ service }) =>
      `revoke execute on function pg_replication_origin_create(text) from "${service.roles.applier}"`,
    'service',
    /may not execute pg_replication_origin_create\(text\); docs\/roles.md/,
  ],
  [
    'may not log in',
    ({ legacy }) => `alter role "${legacy.roles.applier}" nologin`,
    'legacy',
    /cannot be used: role .* is not permitted to log in/,
  ],
  [
    'is no member of the role that owns a table',
    ({ legacy }) => `alter table shelves owner to "${legacy.roles.reader}"`,
    'legacy',
    /is no member of .*, which owns public\.shelves; docs\/roles.md/,
  ],
]

test.each(lacks)(
  'sync start is refused, and nothing made, where a role %s',
  async (_what, sql, where, why) => {
    const own = await startPostgres() // Roles are a whole server's.
    await using _own = own
    await using stand = await createStand(own, library)
    stand.startWorker()
    await stand[where as 'legacy' | 'service'].superuser.query(sql(stand))
    const { state, result } = await stand.request('sync-start', { dryRun: true })
    expect(state).toBe('refused')
    expect(result!.reasons![0]).toMatch(why) // Roles are a server's: the other database's may say the same.
  },
)
