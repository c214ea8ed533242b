import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startPostgres, type TestPostgres } from '../../../local/src/testing/index.ts'
import { renewProxy } from '../../src/control/index.ts'
import { StepFailed, switchOwner } from '../../src/switch/index.ts'
import { createMove } from '../harness/move.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

const undone = {
  legacy: 'open at 3',
  extracted: 'fenced at 3',
  phase: 'idle',
  owner: 'legacy',
  epoch: 3,
  ownerEpoch: 3,
}
const finished = {
  legacy: 'fenced at 2',
  extracted: 'open at 2',
  phase: 'idle',
  owner: 'extracted',
  epoch: 2,
  ownerEpoch: 2,
}

describe('An attempt is undone, with its reasons, when', () => {
  test('the sides differ', async () => {
    const differ = async () => ['pets 7 differs in column "name"']
    await using moving = await createMove(postgres, ['pets'], differ)
    const { reasons, row } = await switchOwner(moving.move, { onEffect: moving.stream })
    expect(row.owner).toBe('legacy')
    expect(reasons).toEqual(['pets 7 differs in column "name"'])
    expect(await moving.state()).toEqual(undone)
    expect(await moving.writable()).toEqual(['legacy'])
  })

  test('verification itself fails', async () => {
    const fail = () => Promise.reject(new StepFailed('the service’s database does not answer'))
    await using moving = await createMove(postgres, ['pets'], fail)
    const { reasons } = await switchOwner(moving.move, { onEffect: moving.stream })
    expect(reasons).toEqual(['the service’s database does not answer'])
    expect(await moving.state()).toEqual(undone)
  })

  test('its barrier does not arrive until somebody aborts', async () => {
    await using moving = await createMove(postgres)
    const abort = new AbortController()
    const { reasons } = await switchOwner(moving.move, {
      abort: abort.signal,
      onEffect: ({ kind }) => (kind === 'drain' ? abort.abort() : undefined),
    })
    expect(reasons[0]).toContain('did not bring its barrier in time')
    expect(await moving.state()).toEqual(undone)
  })

  test('a live proxy does not hold, which is named', async () => {
    await using moving = await createMove(postgres)
    const report = { shares: {}, writesInFlight: { pets: 3 }, held: {} }
    await renewProxy(moving.move.control, { id: 'slow', address: 'http://127.0.0.1:1', report })
    const abort = new AbortController()
    const { reasons } = await switchOwner(moving.move, {
      abort: abort.signal,
      onEffect: ({ kind }) => (kind === 'hold' ? abort.abort() : undefined),
    })
    expect(reasons[0]).toContain('proxy slow')
    expect(reasons[0]).toContain('3 were under way')
    expect(await moving.state()).toEqual(undone)
  })

  test('a partition was made that has no fence, which is named', async () => {
    await using moving = await createMove(postgres)
    const { reasons } = await switchOwner(moving.move, {
      async onEffect(effect) {
        await moving.stream(effect)
        if (effect.kind === 'hold') {
          await moving.legacy.app.query('create table late () inherits (pets)')
        }
      },
    })
    expect(reasons[0]).toContain('public.late (missing)')
    expect(await moving.state()).toEqual(undone)
    expect(await moving.writable()).toEqual(['legacy'])
  })
})

describe('An abort', () => {
  test.for(['hold', 'fence', 'barrier', 'sequences', 'stage'])(
    'before the journal, at "%s", undoes',
    async (at) => {
      await using moving = await createMove(postgres)
      const abort = new AbortController()
      const { reasons } = await switchOwner(moving.move, {
        abort: abort.signal,
        async onEffect(effect) {
          await moving.stream(effect)
          if (effect.kind === at) abort.abort()
        },
      })
      expect(reasons).toContain('it was aborted')
      expect(await moving.state()).toEqual(undone)
      expect(await moving.writable()).toEqual(['legacy'])
    },
  )

  test('after the journal changes nothing', async () => {
    await using moving = await createMove(postgres)
    const abort = new AbortController()
    await switchOwner(moving.move, {
      abort: abort.signal,
      async onEffect(effect) {
        await moving.stream(effect)
        if (effect.kind === 'commit') abort.abort()
      },
    })
    expect(await moving.state()).toEqual(finished)
    expect(await moving.writable()).toEqual(['extracted'])
  })
})

test('An undo opens the owner while the other database is down, and ends when it is back', async () => {
  await using moving = await createMove(postgres)
  const { extracted } = moving
  const reachable = (allowed: boolean) =>
    extracted.superuser.query(
      `update pg_database set datallowconn = ${allowed} where datname = current_database()`,
    )
  const switched = switchOwner(moving.move, {
    async onEffect({ kind }) {
      if (kind !== 'hold') return
      await reachable(false)
      await extracted.superuser.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'strangler_coordinator' and datname = current_database()",
      )
    },
  })
  await expect
    .poll(moving.state, { timeout: 45_000 })
    .toMatchObject({ legacy: 'open at 3', phase: 'tidying' })
  await moving.legacy.app.query('insert into pets default values')
  await reachable(true)
  expect((await switched).row.owner).toBe('legacy')
  expect(await moving.state()).toEqual(undone)
})
