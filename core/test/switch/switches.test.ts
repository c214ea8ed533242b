import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  startPostgres,
  type TestDatabase,
  type TestPostgres,
} from '../../../local/src/testing/index.ts'
import {
  acknowledgeHold,
  readHistory,
  readSlices,
  renewProxy,
  setReads,
} from '../../src/control/index.ts'
import type { Effect } from '../../src/machine/index.ts'
import { switchOwner } from '../../src/switch/index.ts'
import { tableNamed } from '../harness/fenced.ts'
import { createMove, type MovingSlices } from '../harness/move.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

const report = { shares: {}, writesInFlight: {}, held: {} }

function go(moving: MovingSlices, before: (effect: Effect) => unknown = () => {}) {
  return switchOwner(moving.move, {
    async onEffect(effect) {
      await moving.stream(effect)
      await before(effect)
    },
  })
}

describe('A switch', () => {
  test('gives the slice to the other side and back, with one side open at most at every step', async () => {
    await using moving = await createMove(postgres)
    const open: number[] = []
    const look = async () => void open.push((await moving.writable()).length)
    const { row, reasons } = await go(moving, look)
    expect(reasons).toEqual([])
    expect(row).toMatchObject({ name: 'pets', owner: 'extracted', epoch: 2, phase: 'idle' })
    expect(await moving.state()).toEqual({
      legacy: 'fenced at 2',
      extracted: 'open at 2',
      phase: 'idle',
      owner: 'extracted',
      epoch: 2,
      ownerEpoch: 2,
    })
    expect(await moving.writable()).toEqual(['extracted'])
    await go(moving, look)
    expect(await moving.state()).toEqual({
      legacy: 'open at 3',
      extracted: 'fenced at 3',
      phase: 'idle',
      owner: 'legacy',
      epoch: 3,
      ownerEpoch: 3,
    })
    expect(await moving.writable()).toEqual(['legacy'])
    expect(Math.max(...open)).toBe(1)
    expect(open).toContain(0)
  })

  test('leaves sequences of the new owner past everything that either side gave', async () => {
    await using moving = await createMove(postgres)
    await moving.legacy.app.query('insert into pets select from generate_series(1, 41)')
    await moving.legacy.app.query('delete from pets')
    await go(moving)
    const added = await moving.extracted.app.query('insert into pets default values returning id')
    expect(added.rows).toEqual([{ id: 42 }])
    await go(moving)
    const back = await moving.legacy.app.query('insert into pets default values returning id')
    expect(back.rows).toEqual([{ id: 43 }])
  })

  test('raises sequences that only code draws from, of which no column tells', async () => {
    await using moving = await createMove(postgres)
    const { legacy, extracted } = moving
    await legacy.app.query('create sequence numbers start 500')
    await extracted.app.query('create sequence "Bill numbers"')
    const [pets] = moving.move.slices
    const pair = { legacy: tableNamed('numbers'), service: tableNamed('"Bill numbers"') }
    const move = { ...moving.move, slices: [{ ...pets, sequences: [pair] }] as const }
    const draw = async (database: TestDatabase, name: string) =>
      (await database.app.query<{ n: number }>('select nextval($1)::int as n', [name])).rows[0]!.n
    expect([await draw(legacy, 'numbers'), await draw(legacy, 'numbers')]).toEqual([500, 501])
    await go({ ...moving, move })
    expect(await draw(extracted, '"Bill numbers"')).toBe(502)
    await go({ ...moving, move })
    expect(await draw(legacy, 'numbers')).toBe(503)
  })

  test('is in the history step by step, and reads answer from the new owner', async () => {
    await using moving = await createMove(postgres)
    const { control } = moving.move
    await setReads(control, 'pets', 'flag')
    await go(moving)
    const history = await readHistory(control, 'pets', 100)
    expect(history.map(({ event }) => event)).toEqual([
      'begin',
      'fencing',
      'draining',
      'sequencing',
      'staging',
      'journal',
      'settle',
    ])
    expect(history.every(({ epoch, by }) => epoch === 2 && by === 'a test')).toBe(true)
    expect((await readSlices(control))[0]).toMatchObject({ reads: 'owner', members: [] })
  })

  test('moves slices that never moved together, to one epoch above all of theirs', async () => {
    await using moving = await createMove(postgres, ['visits', 'pets'])
    const alone = { ...moving.move, slices: [moving.move.slices[0]] as const }
    for (let times = 0; times < 2; times++) {
      await switchOwner(alone, { onEffect: (effect) => moving.stream(effect) })
    }
    const { reasons } = await go(moving)
    expect(reasons).toEqual([])
    const rows = await readSlices(moving.move.control)
    expect(rows.map(({ name, owner, epoch }) => ({ name, owner, epoch }))).toEqual([
      { name: 'pets', owner: 'extracted', epoch: 4 },
      { name: 'visits', owner: 'extracted', epoch: 4 },
    ])
    expect(await moving.writable('pets')).toEqual(['extracted'])
    expect(await moving.writable('visits')).toEqual(['extracted'])
  })

  test('is not begun for slices with different owners, or while another is under way', async () => {
    await using moving = await createMove(postgres, ['visits', 'pets'])
    const alone = { ...moving.move, slices: [moving.move.slices[0]] as const }
    let meanwhile: readonly string[] = []
    await switchOwner(alone, {
      async onEffect(effect) {
        await moving.stream(effect)
        if (effect.kind === 'fence') meanwhile = (await switchOwner(moving.move)).reasons
      },
    })
    expect(meanwhile).toEqual(['another switch is under way'])
    expect((await go(moving)).reasons).toEqual(['the slices do not all have the same owner'])
    const owners = (await readSlices(moving.move.control)).map(({ owner }) => owner)
    expect(owners).toEqual(['legacy', 'extracted'])
  })
})

describe('A hold', () => {
  const proxy = (id: string) => ({ id, address: 'http://127.0.0.1:1', report })

  test('waits for a live proxy to acknowledge this very attempt, and fences nothing before', async () => {
    await using moving = await createMove(postgres)
    const { control } = moving.move
    await renewProxy(control, proxy('one'))
    await acknowledgeHold(control, { id: 'one', slice: 'pets', epoch: 1 })
    const phases: string[] = []
    const switched = go(moving, (effect) => void phases.push(effect.kind))
    await expect.poll(() => phases).toContain('hold')
    expect(await moving.writable()).toEqual(['legacy'])
    expect(phases).not.toContain('fence')
    await acknowledgeHold(control, { id: 'one', slice: 'pets', epoch: 2 })
    expect((await switched).row.owner).toBe('extracted')
  })

  test('does not wait for a proxy whose lease has run out', async () => {
    await using moving = await createMove(postgres)
    const { control } = moving.move
    await renewProxy(control, proxy('dead'))
    await control.query("update proxy set renewed_at = renewed_at - interval '6 s'")
    expect((await go(moving)).row.owner).toBe('extracted')
  })
})
