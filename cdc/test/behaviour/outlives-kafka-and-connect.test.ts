import { ask, readRequest, type Request } from '@strangler/core'
import { missingForStack } from '@strangler/local'
import {
  type OwnStack,
  startOwnStack,
  startPostgres,
  type TestPostgres,
} from '@strangler/local/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { inLegacy, inService, library } from '../library.ts'
import { createStand, finished, type Stand, texts } from '../stand.ts'

/*
 * Kafka and Connect are killed while at least a thousand rows are on their way: read from no log yet, in Connect, in
 * Kafka, or in the worker, which cannot apply them. Everything starts again by itself, and each row arrives once.
 */

let postgres: TestPostgres
let own: OwnStack
beforeAll(async () => {
  if (missingForStack() !== undefined) return // The tests are skipped.
  postgres = await startPostgres()
  own = await startOwnStack({ parts: ['kafka', 'connect'] })
}, 600_000)
afterAll(async () => {
  await postgres?.[Symbol.asyncDispose]()
  await own?.[Symbol.asyncDispose]()
}, 120_000)

const atLeast = 1000
/** Java takes ten seconds to start, and minutes where many programs want the same processors. */
const patience = { timeout: 240_000, interval: 20 }

const standOf = () => createStand(postgres, library, postgres, own)

/** Rows of the source that the target does not have. */
async function undelivered({ legacy, service }: Stand): Promise<number> {
  const [[there]] = (await texts(service, 'select count(*) from books')) as [[string]]
  const [[all]] = (await texts(legacy, 'select count(*) from books')) as [[string]]
  return Number(all) - Number(there)
}

/** Resolves when the part is gone, with how many rows had not arrived then. */
async function kill(stand: Stand, part: 'kafka' | 'connect'): Promise<number> {
  const pid = own.pid(part)
  own.kill(part)
  await vi.waitUntil(() => own.pid(part) !== pid, patience)
  return undelivered(stand)
}

/** Transactions of a hundred books each, committed one after the other. */
async function writeBooks({ legacy }: Stand, name: string, transactions: number): Promise<void> {
  for (let count = 0; count < transactions; count++) {
    await legacy.app.query(
      `insert into books (isbn, title) select '${name} ${count} ' || n, repeat('x', 200) from generate_series(1, 100) n`,
    )
  }
}

/** Keeps the target from applying anything, until it is released. */
async function block({ service }: Stand): Promise<() => Promise<unknown>> {
  const blocker = await service.connect('superuser')
  await blocker.query('begin; lock table books in share mode')
  return () => blocker.query('rollback')
}

/** Counts each application of each book: what is applied twice, or not at all, leaves its mark. */
async function countApplied({ service }: Stand): Promise<() => Promise<unknown>> {
  await service.superuser.query(`
    create table applied (isbn text);
    create function applied() returns trigger language plpgsql as $$
      begin insert into applied values (new.isbn); return null; end $$;
    create trigger applied after insert or update on books for each row execute function applied();
    alter table books enable always trigger applied;
    grant insert on applied to strangler_applier`)
  const sql = 'select count(*)::int, count(distinct isbn)::int as isbns from applied'
  return async () => (await service.superuser.query<object>(sql)).rows[0]
}

async function isEqual(stand: Stand): Promise<void> {
  await stand.caughtUp('forward')
  expect(await texts(stand.service, inService)).toEqual(await texts(stand.legacy, inLegacy))
}

const asked = ({ control, slice }: Stand, kind: 'sync-start' | 'switch', args = {}) =>
  ask(control, { kind, slices: [slice], arguments: args, requestedBy: 'a test' })

function reaches({ control }: Stand, { id }: Request, step: string): Promise<void> {
  return vi.waitFor(async () => {
    const now = await readRequest(control, id)
    if (now?.progress.step !== step) throw new Error(`not at "${step}": ${JSON.stringify(now)}`)
  }, patience)
}

describe.each(['kafka', 'connect'] as const)('%s, killed', (part) => {
  test('in the first copy, loses nothing, and the copy is finished', async () => {
    await using stand = await standOf()
    const { service, control } = stand
    await writeBooks(stand, 'first', 200)
    stand.startWorker()
    const request = await asked(stand, 'sync-start')
    await vi.waitUntil(async () => {
      const copied = 'select rows from strangler.copied where rows > 1000 and not done'
      return (await texts(service, copied).catch(() => [])).length > 0
    }, patience)
    expect(await kill(stand, part)).toBeGreaterThanOrEqual(atLeast)
    await writeBooks(stand, 'meanwhile', 2)
    const answer = await finished(control, request.id)
    expect(answer).toMatchObject({ state: 'done', result: { certificate: { clean: true } } })
    await isEqual(stand)
  }, 300_000)

  test('in steady writes, loses nothing and brings nothing twice', async () => {
    await using stand = await standOf()
    stand.startWorker()
    await stand.done('sync-start')
    const applied = await countApplied(stand)
    const release = await block(stand)
    await writeBooks(stand, 'before', 20)
    // The last ones are still on their way to Kafka.
    expect(await kill(stand, part)).toBeGreaterThanOrEqual(atLeast)
    await release()
    await writeBooks(stand, 'after', 5)
    await isEqual(stand)
    expect(await applied()).toEqual({ count: 2500, isbns: 2500 })
  }, 300_000)

  test('in a switch, leaves one side open, and nothing is lost', async () => {
    await using stand = await standOf()
    const { legacy, service, control } = stand
    stand.startWorker()
    await stand.done('sync-start')
    const pause = { before: 'record begin', ms: 60_000 }
    const request = await asked(stand, 'switch', { to: 'extracted', pause })
    await reaches(stand, request, 'record begin')
    const release = await block(stand)
    await writeBooks(stand, 'before', 20)
    const go = "update request set arguments = arguments - 'pause' where id = $1"
    await control.query(go, [request.id])
    await reaches(stand, request, 'drain extracted')
    expect(await kill(stand, part)).toBeGreaterThanOrEqual(atLeast)
    await release()
    await finished(control, request.id)
    const { owner, phase } = await stand.row()
    expect(phase).toBe('idle')
    const write = "insert into shelves values (1, 'afterwards', 1)"
    const [open, fenced] =
      owner === 'legacy' ? ([legacy, service] as const) : ([service, legacy] as const)
    await open.app.query(write)
    await expect(fenced.app.query(write)).rejects.toMatchObject({ code: 'SF001' })
    await stand.caughtUp(owner === 'legacy' ? 'forward' : 'reverse')
    await isEqual(stand)
    expect(await texts(service, 'select count(*), count(distinct isbn) from books')).toEqual([
      ['2000', '2000'],
    ])
  }, 300_000)
})
