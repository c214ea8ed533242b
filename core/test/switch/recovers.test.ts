import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startPostgres, type TestPostgres } from '../../../local/src/testing/index.ts'
import type { Effect, Side } from '../../src/machine/index.ts'
import { recover, switchOwner } from '../../src/switch/index.ts'
import { createMove, type MovingSlices } from '../harness/move.ts'

let postgres: TestPostgres
let moving: MovingSlices
beforeAll(async () => {
  postgres = await startPostgres()
  moving = await createMove(postgres)
})
afterAll(async () => {
  await moving[Symbol.asyncDispose]()
  await postgres[Symbol.asyncDispose]()
})

/** All that a coordinator does in an attempt, in order. */
const effects = [
  'begin',
  'hold',
  'advance',
  'fence',
  'advance',
  'barrier',
  'drain',
  'advance',
  'sequences',
  'advance',
  'stage',
  'journal',
  'commit',
  'open',
  'settle',
]
const decided = effects.indexOf('commit')

function nameOf(effect: Effect): string {
  return effect.kind === 'record' ? effect.change.kind : effect.kind
}

class Crash extends Error {}

/** Whatever happened: one side is open, the one that the control row says, and all agree on the epoch. */
async function expectSettled(owner: Side) {
  const state = (await moving.state()) as { epoch: number; [key: string]: unknown }
  const { epoch } = state
  const other = owner === 'legacy' ? 'extracted' : 'legacy'
  expect(state).toEqual({
    [owner]: `open at ${epoch}`,
    [other]: `fenced at ${epoch}`,
    phase: 'idle',
    owner,
    epoch,
    ownerEpoch: epoch,
  })
  expect(await moving.writable()).toEqual([owner])
}

async function ownerNow(): Promise<Side> {
  return ((await moving.state()) as { owner: Side }).owner
}

const other = (side: Side): Side => (side === 'legacy' ? 'extracted' : 'legacy')

const points = effects.map((effect, at) => ({ effect, at }))

describe('A coordinator that dies', () => {
  test.for(points)(
    'before effect $at, $effect, is succeeded by one that ends it',
    async ({ at }) => {
      const from = await ownerNow()
      let count = 0
      const died = switchOwner(moving.move, {
        async onEffect(effect) {
          await moving.stream(effect)
          expect(nameOf(effect)).toBe(effects[count])
          if (count++ === at) throw new Crash()
        },
      })
      await expect(died).rejects.toBeInstanceOf(Crash)
      await recover(moving.move)
      await expectSettled(at >= decided ? other(from) : from)
    },
  )
})

// Before its first effect nothing was begun: it would just begin later.
describe('A coordinator that only paused', () => {
  test.for(points.slice(1))(
    'before effect $at, $effect, changes nothing when it goes on',
    async ({ at }) => {
      const from = await ownerNow()
      const goOn = Promise.withResolvers<void>()
      const paused = Promise.withResolvers<void>()
      let count = 0
      const late = switchOwner(moving.move, {
        async onEffect(effect) {
          await moving.stream(effect)
          if (count++ !== at) return
          paused.resolve()
          await goOn.promise
        },
      })
      await paused.promise
      await recover(moving.move)
      await expectSettled(at >= decided ? other(from) : from)
      const settled = await moving.state()
      goOn.resolve()
      await late
      expect(await moving.state()).toEqual(settled)
    },
  )
})

describe('A coordinator whose sessions are ended', () => {
  test.for(points)('before effect $at, $effect, still leaves one side open', async ({ at }) => {
    const from = await ownerNow()
    let count = 0
    const { row } = await switchOwner(moving.move, {
      async onEffect(effect) {
        await moving.stream(effect)
        if (count++ !== at) return
        await moving.legacy.superuser.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'strangler_coordinator'",
        )
      },
    })
    expect(row.phase).toBe('idle')
    expect([from, other(from)]).toContain(row.owner)
    await expectSettled(row.owner)
  })
})
