import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startPostgres, type TestPostgres } from '../../../local/src/testing/index.ts'
import {
  dropFence,
  raiseSequences,
  readFences,
  setFences,
  stageFences,
  writeBarrier,
} from '../../src/fence/index.ts'
import { isRefusal } from '../../src/machine/index.ts'
import { createFenced, type FencedDatabase, patient, sqlState } from '../harness/fenced.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

const pets = 'create table pets (id int primary key)'
const id = '8c5b1b54-27dc-4bb2-a6fd-3c6a0ba4ed5a'

function set({ coordinator, scope }: FencedDatabase, epoch: number, fenced: boolean) {
  return setFences(coordinator, [scope], { epoch, fenced }, patient)
}

async function row({ superuser }: FencedDatabase) {
  return (await readFences(superuser)).get('patients')
}

async function writable({ app }: FencedDatabase): Promise<boolean> {
  return (await sqlState(app.query('delete from pets'))) === undefined
}

describe('A fence', () => {
  test('goes up and down by rising epochs, which it stores', async () => {
    await using legacy = await createFenced(postgres, pets, ['pets'])
    expect(await set(legacy, 2, true)).toBe('done')
    expect(await row(legacy)).toEqual({ epoch: 2, fenced: true })
    expect(await writable(legacy)).toBe(false)
    expect(await set(legacy, 5, false)).toBe('done')
    expect(await row(legacy)).toEqual({ epoch: 5, fenced: false })
    expect(await writable(legacy)).toBe(true)
  })

  test('refuses an epoch below its own, either way', async () => {
    await using legacy = await createFenced(postgres, pets, ['pets'], { epoch: 4, fenced: false })
    expect(isRefusal(await set(legacy, 3, true))).toBe(true)
    expect(isRefusal(await set(legacy, 3, false))).toBe(true)
    expect(await row(legacy)).toEqual({ epoch: 4, fenced: false })
    expect(await writable(legacy)).toBe(true)
  })

  test('does nothing when it is asked for what it did already, and locks no table for it', async () => {
    await using legacy = await createFenced(postgres, pets, ['pets'])
    await set(legacy, 2, true)
    const applier = await legacy.connect('applier')
    await applier.query('begin')
    await applier.query('insert into pets values (1)')
    const again = setFences(legacy.coordinator, [legacy.scope], { epoch: 2, fenced: true }, patient)
    expect(await again).toBe('done')
    await applier.query('commit')
  })

  test('is opened by an undo that takes a higher epoch though it is open already', async () => {
    await using legacy = await createFenced(postgres, pets, ['pets'])
    expect(await set(legacy, 3, false)).toBe('done')
    expect(await row(legacy)).toEqual({ epoch: 3, fenced: false })
    // A fence that was asked for earlier and comes late must not go up after its undo.
    expect(isRefusal(await set(legacy, 2, true))).toBe(true)
    expect(await writable(legacy)).toBe(true)
  })

  test('is gone, row and triggers, when it is dropped', async () => {
    await using legacy = await createFenced(postgres, pets, ['pets'], { epoch: 1, fenced: true })
    await dropFence(legacy.coordinator, legacy.scope, patient)
    expect(await row(legacy)).toBeUndefined()
    expect(await writable(legacy)).toBe(true)
    await expect(set(legacy, 9, true)).rejects.toMatchObject({ code: 'NOT_SYNCED' })
  })
})

describe('An opening that is staged', () => {
  const opened = { epoch: 2, fenced: false }
  const stage = async ({ coordinator, scope }: FencedDatabase) => {
    const staged = await stageFences(coordinator, [scope], opened, patient)
    if (staged === 'done' || isRefusal(staged)) throw new Error('nothing was staged')
    return staged
  }

  test('lets nobody write before its commit, and everybody after', async () => {
    await using service = await createFenced(postgres, pets, ['pets'], { epoch: 1, fenced: true })
    const staged = await stage(service)
    expect(await row(service)).toEqual({ epoch: 1, fenced: true })
    const early = await service.connect('app', '-c lock_timeout=50ms')
    expect(await sqlState(early.query('delete from pets'))).toMatch(/^(SF001|55P03)$/)
    await staged.commit()
    expect(await row(service)).toEqual(opened)
    expect(await writable(service)).toBe(true)
  })

  test('leaves the fence up when it is taken back', async () => {
    await using service = await createFenced(postgres, pets, ['pets'], { epoch: 1, fenced: true })
    await (await stage(service)).rollback()
    expect(await row(service)).toEqual({ epoch: 1, fenced: true })
    expect(await writable(service)).toBe(false)
  })

  test('ends by itself, unopened, when its coordinator falls silent', async () => {
    await using service = await createFenced(postgres, pets, ['pets'], { epoch: 1, fenced: true })
    const staged = await stage(service)
    await expect.poll(() => set(service, 3, true), { timeout: 10_000 }).toBe('done')
    await expect(staged.commit()).rejects.toThrow(/connection|terminat/)
    expect(await row(service)).toEqual({ epoch: 3, fenced: true })
    expect(await writable(service)).toBe(false)
  })
})

describe('A barrier', () => {
  const write = ({ coordinator, scope }: FencedDatabase, epoch: number) =>
    writeBarrier(coordinator, [scope], { id, epoch })
  const barriers = async ({ superuser }: FencedDatabase) =>
    (await superuser.query('select slice, epoch::int, id from strangler.barrier')).rows

  test('is written at exactly the epoch of the fence that is up', async () => {
    await using legacy = await createFenced(postgres, pets, ['pets'])
    await set(legacy, 3, true)
    expect(isRefusal(await write(legacy, 2))).toBe(true)
    expect(isRefusal(await write(legacy, 4))).toBe(true)
    expect(await barriers(legacy)).toEqual([])
    expect(await write(legacy, 3)).toBe('done')
    expect(await write(legacy, 3)).toBe('done')
    expect(await barriers(legacy)).toEqual([{ slice: 'patients', epoch: 3, id }])
  })

  test('is not written before a fence that is open', async () => {
    await using legacy = await createFenced(postgres, pets, ['pets'], { epoch: 3, fenced: false })
    await expect(write(legacy, 3)).rejects.toThrow('both opens and fences')
    expect(await barriers(legacy)).toEqual([])
  })
})

describe('Sequences', () => {
  test('are raised only by an attempt that is newer than the fence, which stays as it was', async () => {
    await using service = await createFenced(postgres, pets, ['pets'], { epoch: 3, fenced: true })
    let raised = 0
    const raise = (epoch: number) =>
      raiseSequences(service.coordinator, [service.scope], epoch, async () => void (raised += 1))
    expect(isRefusal(await raise(2))).toBe(true)
    expect(isRefusal(await raise(3))).toBe(true)
    expect(raised).toBe(0)
    expect(await raise(4)).toBe('done')
    expect(raised).toBe(1)
    expect(await row(service)).toEqual({ epoch: 3, fenced: true })
  })
})
