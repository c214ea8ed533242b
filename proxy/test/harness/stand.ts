import {
  addSlices,
  changeSlices,
  type ChangeKind,
  createFence,
  type Direction,
  fenceScope,
  type FenceScopes,
  firstEpoch,
  opposite,
  type Plan,
  provisionDatabase,
  readProxies,
  readSlice,
  reportStream,
  setCertificate,
  setFences,
  setReads,
  setSync,
  type Side,
  type SliceRow,
  streamInto,
  tableOn,
} from '@strangler/core'
import {
  createTestControlStore,
  type TestDatabase,
  type TestPostgres,
} from '@strangler/local/testing'
import type pg from 'pg'
import type { RunningProxy } from '../../src/proxy.ts'
import { type FrontOptions, startTestProxy } from './front.ts'
import { testPlan } from './plan.ts'
import { type Relay, startRelay } from './relay.ts'
import { startUpstream, type TestUpstream } from './upstream.ts'

export type SliceName = 'patients' | 'visits'

const patience = { budgetMs: 5000 }

/**
 * Everything that a proxy has to do with, real but for two: the upstreams answer as a test says, and a test
 * does the worker's part by core's functions, one step at a time.
 */
export interface Stand extends AsyncDisposable {
  readonly plan: Plan
  readonly legacy: TestUpstream
  readonly patient: TestUpstream
  readonly control: pg.Pool
  /** The proxies' ways to the control store and the databases. */
  readonly ways: Readonly<Record<'control' | 'legacy' | 'patient', Relay>>
  start(options?: Omit<FrontOptions, 'plan'>): Promise<RunningProxy>
  row(slice: SliceName): Promise<SliceRow>
  /** Announces a hold. Resolves to its epoch. */
  announceHold(slice: SliceName): Promise<number>
  /** Whether all proxies have acknowledged the hold of that epoch. */
  isAcknowledged(slice: SliceName, epoch: number): Promise<boolean>
  /** Takes a switch that began from its hold to its end: fences, journal, announcement. */
  finishSwitch(slice: SliceName): Promise<void>
  /** Gives a switch that began up. */
  undoSwitch(slice: SliceName): Promise<void>
  /** A whole switch at once. */
  switchTo(slice: SliceName, side: Side): Promise<void>
  /** Does what the streams do: all that was written to one database before this call is in the other. */
  bring(direction: Direction): Promise<void>
  /** Lets reads go by the flag, as `strangler shift` does. */
  shareReads(slice: SliceName): Promise<void>
  /** Reports a stream's lag as the worker does. */
  reportLag(slice: SliceName, lagMs: number | null): Promise<void>
}

export async function createStand(postgres: TestPostgres, plan = testPlan()): Promise<Stand> {
  await using opened = new AsyncDisposableStack()
  const tables = 'create table pets (id int primary key); create table visits (id int primary key)'
  const legacyDatabase = opened.use(await postgres.createDatabase(tables))
  const patientDatabase = opened.use(await postgres.createDatabase(tables))
  const store = opened.use(await createTestControlStore(postgres))
  const control = store.pool
  const ways = {
    control: opened.use(await startRelay(store.url)),
    legacy: opened.use(await startRelay(legacyDatabase.url('reader'))),
    patient: opened.use(await startRelay(patientDatabase.url('reader'))),
  }
  const legacy = opened.use(await startUpstream('legacy'))
  const patient = opened.use(await startUpstream('patient'))
  const databaseOn = (side: Side) => (side === 'legacy' ? legacyDatabase : patientDatabase)

  await addSlices(control, [...plan.slices.keys()])
  for (const side of ['legacy', 'extracted'] as const) await setUp(databaseOn(side), plan, side)
  for (const slice of plan.slices.keys()) {
    await firstEpoch(control, slice)
    await setSync(control, slice, 'streaming')
  }

  const row = async (slice: SliceName) => (await readSlice(control, slice))!
  async function change(slice: SliceName, kind: ChangeKind): Promise<number> {
    const { epoch, phase } = await row(slice)
    const raises = kind === 'begin' || kind === 'abort'
    const wanted = { kind, at: { epoch, phase }, epoch: raises ? epoch + 1 : epoch }
    const { made } = await changeSlices(control, [slice], wanted, { by: 'a test' })
    if (!made) throw new Error(`${slice} could not ${kind}`)
    return wanted.epoch
  }
  const fence = (slice: SliceName, side: Side, epoch: number, fenced: boolean) =>
    setFences(databaseOn(side).coordinator, scopes(plan, slice, side), { epoch, fenced }, patience)

  const stand: Omit<Stand, typeof Symbol.asyncDispose> = {
    plan,
    legacy,
    patient,
    control,
    ways,
    row,
    async start(options = {}) {
      const addresses = {
        LEGACY_URL: legacy.url,
        PATIENT_URL: patient.url,
        LEGACY_READER_URL: ways.legacy.url,
        PATIENT_READER_URL: ways.patient.url,
        CONTROL_URL: ways.control.url,
      }
      const starting = startTestProxy(addresses, { plan, ...options })
      // It waits until all that was written before is everywhere.
      let isStarted = false
      starting.finally(() => (isStarted = true)).catch(() => {})
      while (!isStarted) {
        await stand.bring('forward')
        await stand.bring('reverse')
      }
      const proxy = await starting
      closing.defer(() => proxy[Symbol.asyncDispose]())
      return proxy
    },
    announceHold: (slice) => change(slice, 'begin'),
    async isAcknowledged(slice, epoch) {
      const proxies = await readProxies(control)
      return proxies.every(({ acknowledged }) => acknowledged[slice] === epoch)
    },
    async finishSwitch(slice) {
      const { epoch, owner } = await row(slice)
      await fence(slice, owner, epoch, true)
      for (let step = 0; step < 4; step += 1) await change(slice, 'advance')
      await fence(slice, opposite(owner), epoch, false)
      await change(slice, 'journal')
      await change(slice, 'settle')
    },
    async undoSwitch(slice) {
      const epoch = await change(slice, 'abort')
      await fence(slice, (await row(slice)).owner, epoch, false)
      await change(slice, 'undone')
      await change(slice, 'tidy')
    },
    async switchTo(slice, side) {
      const { owner, phase } = await row(slice)
      if (phase !== 'idle') await stand.undoSwitch(slice)
      if (owner === side) return
      await stand.announceHold(slice)
      await stand.finishSwitch(slice)
    },
    async bring(direction) {
      const [from, into] =
        direction === 'forward'
          ? [legacyDatabase, patientDatabase]
          : [patientDatabase, legacyDatabase]
      const { rows } = await from.superuser.query('select beat from strangler.heartbeat')
      await into.superuser.query(
        "update strangler.position set beat = $1 where stream like '%:' || $2",
        [rows[0].beat, direction],
      )
    },
    async shareReads(slice) {
      await setCertificate(control, slice, certificate)
      await setReads(control, slice, 'flag')
    },
    async reportLag(slice, lagMs) {
      const { owner } = await row(slice)
      const direction = owner === 'legacy' ? 'forward' : 'reverse'
      await reportStream(control, { slice, direction, state: 'streaming', lagMs, detail: {} })
    },
  }
  const closing = opened.move()
  return { ...stand, [Symbol.asyncDispose]: () => closing.disposeAsync() }
}

const certificate = {
  at: '2030-01-01T00:00:00.000Z',
  clean: true,
  rows: 0,
  tables: [],
  position: '',
  worker: 'a test',
}

function scopes(plan: Plan, slice: SliceName, side: Side): FenceScopes {
  return [fenceScope(plan.slices.get(slice)!, side, 'strangler_applier')]
}

/** What `sync start` makes in a database. */
async function setUp({ coordinator, roles, superuser }: TestDatabase, plan: Plan, side: Side) {
  for (const slice of plan.slices.values()) {
    const tables = slice.tables.map((table) => tableOn(table, side))
    await provisionDatabase(coordinator, roles, tables)
    const first = { epoch: 1, fenced: side === 'extracted' }
    await createFence(coordinator, scopes(plan, slice.name as SliceName, side)[0], first, patience)
    await superuser.query(
      "insert into strangler.position (stream, slice, source, place) values ($1, $2, '{}', '0/0')",
      [streamInto(slice.name, side), slice.name],
    )
  }
}
