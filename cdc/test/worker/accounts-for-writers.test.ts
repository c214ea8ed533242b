import { fenceScope, readPlan, startObserving, type WriterInput } from '@strangler/core'
import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { library } from '../library.ts'
import { planOf } from '../plan.ts'
import { createStand, patience, type Stand, texts } from '../stand.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

async function synced(writers: readonly WriterInput[]): Promise<Stand> {
  await using opened = new AsyncDisposableStack()
  const stand = opened.use(
    await createStand(postgres, {
      ...library,
      plan(plan) {
        const slices = Object.entries(plan.slices).map(([name, slice]) => [
          name,
          { ...slice, writers },
        ])
        return { ...plan, slices: Object.fromEntries(slices) }
      },
    }),
  )
  await stand.legacy.app.query("insert into books (isbn) values ('one')")
  stand.startWorker()
  await stand.done('sync-start')
  opened.move()
  return stand
}

async function observe({ slice, legacy }: Stand): Promise<void> {
  const plan = readPlan(planOf(slice, library.tables), 'a plan')
  const scope = fenceScope(plan.slices.get(slice)!, 'legacy', legacy.roles.applier)
  await startObserving(legacy.coordinator, scope, { budgetMs: 10_000 })
}

async function write({ legacy }: Stand, application: string): Promise<void> {
  const client = new pg.Client({
    connectionString: legacy.url('app'),
    application_name: application,
  })
  await client.connect()
  try {
    await client.query("update books set title = 'secret' where isbn = 'one'")
  } finally {
    await client.end()
  }
}

const toService = { to: 'extracted' }
const desk: WriterInput = { application: 'desk', is: 'routes' }
const nightly: WriterInput = {
  application: 'nightly',
  is: 'refused',
  because: 'the service has its own',
}

test('a switch is refused for a writer whom the plan does not name, and names it; dropping the sync forgets it', async () => {
  await using stand = await synced([desk])
  const dry = await stand.done('switch', { ...toService, dryRun: true })
  expect(dry.result).toMatchObject({
    warnings: [expect.stringContaining(`observe start ${stand.slice}`)],
  })

  await observe(stand)
  await write(stand, 'desk')
  await write(stand, 'nightly')
  const refused = await stand.request('switch', toService)
  expect(refused.state).toBe('refused')
  const reasons = refused.result!['reasons'] as string[]
  expect(reasons).toHaveLength(1)
  for (const part of [
    '"app"',
    '"nightly"',
    'public.books',
    'update books set title = ? where isbn = ?',
  ]) {
    expect(reasons[0]).toContain(part)
  }
  expect(reasons[0]).not.toContain('secret')
  expect(await stand.row()).toMatchObject({ owner: 'legacy', phase: 'idle', epoch: 1 })
  await expect
    .poll(async () => (await stand.stream('forward'))?.detail['writers'], patience)
    .toMatchObject({ state: 'on', against: [expect.stringContaining('nightly')] })

  await stand.done('sync-stop', { drop: true })
  expect(await texts(stand.legacy, 'select tgname from pg_trigger where not tgisinternal')).toEqual(
    [],
  )
  expect(await texts(stand.legacy, 'select slice from strangler.observed')).toEqual([])
})

test('it goes ahead when the plan names all, and waits for what is written after the answers', async () => {
  const mail: WriterInput = {
    application: 'mail',
    is: { drainSeconds: 0.7 },
    because: 'sent after the answer',
  }
  await using stand = await synced([desk, nightly, mail])
  await observe(stand)
  for (const application of ['desk', 'nightly', 'mail']) await write(stand, application)
  await stand.caughtUp('forward')
  const { result } = await stand.done('switch', toService)
  expect(result!['heldMs']).toBeGreaterThanOrEqual(700)
  // What is applied to the monolith's tables now is nobody's write.
  await stand.service.app.query("update books set name = 'from there'")
  await stand.caughtUp('reverse')
  expect(
    await texts(stand.legacy, 'select distinct application from strangler.observed order by 1'),
  ).toEqual([['desk'], ['mail'], ['nightly']])
  await expect(write(stand, 'nightly')).rejects.toMatchObject({ code: 'SF001' })
})
