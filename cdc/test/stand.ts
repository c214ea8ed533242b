import {
  ask,
  type Direction,
  type Plan,
  type PlanInput,
  readPlan,
  readRequest,
  readSlice,
  readStreams,
  type Request,
  type RequestKind,
  type SequenceMapping,
  type SliceRow,
  type StreamReport,
  type TableMapping,
} from '@strangler/core'
import type { Stack } from '@strangler/local'
import {
  createTestControlStore,
  type TestDatabase,
  type TestPostgres,
  useStack,
} from '@strangler/local/testing'
import type pg from 'pg'
import pino from 'pino'
import { vi } from 'vitest'
import { createDatabases } from '../src/databases.ts'
import { createCaptures } from '../src/log/create.ts'
import { Worker } from '../src/worker/worker.ts'
import { planOf } from './plan.ts'

export interface StandOptions {
  /** What the application has in its database before anything moves. */
  readonly legacy: string
  readonly service: string
  readonly tables: readonly TableMapping[]
  readonly sequences?: readonly SequenceMapping[]
  /** How long an answer, or a stream, is waited for; more where there is much to do. */
  readonly patienceMs?: number
  /** Changes the plan, and what processes find in their environment for it. */
  readonly plan?: (plan: PlanInput) => PlanInput
  readonly environment?: Readonly<Record<string, string>>
}

/** A monolith's database, a service's, a control store and a plan with one slice between them. */
export interface Stand extends AsyncDisposable {
  readonly slice: string
  readonly plan: Plan
  readonly legacy: TestDatabase
  readonly service: TestDatabase
  readonly control: pg.Pool
  /** What a worker's process finds in its environment. */
  readonly environment: Readonly<Record<string, string>>
  /** Runs a worker in this process. It is stopped with the stand at the latest. */
  startWorker(id?: string): RunningWorker
  /** Asks the worker for something and waits for the answer. */
  request(kind: RequestKind, args?: object): Promise<Request>
  /** Runs a request that has to succeed. */
  done(kind: RequestKind, args?: object): Promise<Request>
  row(): Promise<SliceRow>
  stream(direction: Direction): Promise<StreamReport | undefined>
  position(direction: Direction): Promise<{ place: string; beat: number }>
  /** Waits until all that was committed at a stream's source before is in its target. */
  caughtUp(direction: Direction): Promise<void>
}

export interface RunningWorker {
  readonly id: string
  stop(): Promise<void>
}

type Streams = Pick<Stack, 'brokers' | 'connectUrl'>

/** The log that streams are read from is the environment's choice: each test holds on every one. */
export const changeLog = process.env['CHANGE_LOG'] ?? 'pgoutput'
export const stack = changeLog === 'debezium' ? useStack() : undefined

function logEnvironment(streams: Streams | undefined): Record<string, string> {
  if (!streams) return { CHANGE_LOG: changeLog }
  const { brokers, connectUrl } = streams
  return { CHANGE_LOG: changeLog, KAFKA_BROKERS: brokers, CONNECT_URL: connectUrl }
}

/** How long a test waits for what comes by itself, on a machine that has other things to do. */
export const patience = { timeout: stack ? 90_000 : 30_000, interval: 20 }
let made = 0

/** @param streams what a test breaks has to be its own; else all share one. */
export async function createStand(
  postgres: TestPostgres,
  options: StandOptions,
  serviceServer = postgres,
  streams: Streams | undefined = stack,
): Promise<Stand> {
  const { legacy: legacySql, service: serviceSql, tables, sequences } = options
  const { patienceMs = patience.timeout, plan: change = (plan) => plan } = options
  await using opened = new AsyncDisposableStack()
  const legacy = opened.use(await postgres.createDatabase(legacySql))
  const service = opened.use(await serviceServer.createDatabase(serviceSql))
  const store = opened.use(await createTestControlStore(postgres))
  const slice = `slice_${++made}`
  if (streams) opened.defer(() => removeConnectors(streams.connectUrl, legacy, service))
  const plan = readPlan(change(planOf(slice, tables, sequences)), 'test.plan.ts')
  const environment = {
    ...urlsOf('LEGACY', legacy),
    ...urlsOf('SERVICE', service),
    CONTROL_URL: store.url,
    ...logEnvironment(streams),
    ...options.environment,
  }
  const control = store.pool
  const log = pino({ level: process.env['CDC_TEST_LOG'] ?? 'silent' })
  const now = () => performance.now()
  const databaseOf = (direction: Direction, end: 'source' | 'target') =>
    (direction === 'forward') === (end === 'source') ? legacy : service

  const position: Stand['position'] = async (direction) => {
    const { rows } = await databaseOf(direction, 'target').superuser.query<{
      place: string
      beat: number
    }>('select place, beat::int from strangler.position where stream = $1', [
      `${slice}:${direction}`,
    ])
    return rows[0]!
  }
  const request: Stand['request'] = async (kind, args = {}) => {
    const { id } = await ask(control, {
      kind,
      slices: [slice],
      arguments: { ...args },
      requestedBy: 'a test',
    })
    return finished(control, id, patienceMs)
  }
  const closing = opened.move()
  return {
    slice,
    plan,
    legacy,
    service,
    control,
    environment,
    startWorker(id = 'one') {
      const databases = createDatabases(plan, environment, id, now)
      const captures = createCaptures(plan, environment, id, log)
      const stopping = new AbortController()
      const worker = new Worker({ id, plan, control, databases, captures, log, now })
      const run = async () => {
        await using _opened = databases
        await using _captures = captures
        await worker.run(stopping.signal)
      }
      const running = run()
      const stop = () => {
        stopping.abort()
        return running
      }
      closing.defer(stop)
      return { id, stop }
    },
    request,
    async done(kind, args) {
      const answer = await request(kind, args)
      if (answer.state !== 'done') {
        throw new Error(`${kind} ended ${answer.state}: ${JSON.stringify(answer.result)}`)
      }
      return answer
    },
    row: async () => (await readSlice(control, slice))!,
    async stream(direction) {
      const reports = await readStreams(control)
      return reports.find((report) => report.slice === slice && report.direction === direction)
    },
    position,
    async caughtUp(direction) {
      const source = databaseOf(direction, 'source').superuser
      const { rows } = await source.query<{ beat: string }>('select strangler.beat() as beat')
      const { beat } = rows[0]!
      await vi.waitFor(async () => {
        const applied = await position(direction)
        if (applied.beat >= Number(beat)) return
        const report = (await readStreams(control)).find((one) => one.direction === direction)
        throw new Error(`the ${direction} stream is behind: ${JSON.stringify(report)}`)
      }, patienceOf(patienceMs))
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

/** A connector goes on working when its worker has stopped, and when its database is gone. */
async function removeConnectors(
  connectUrl: string,
  ...databases: readonly TestDatabase[]
): Promise<void> {
  for (const { superuser } of databases) {
    const there = "select to_regclass('strangler.position') is not null as is"
    if (!(await superuser.query<{ is: boolean }>(there)).rows[0]!.is) continue
    const { rows } = await superuser.query<{ log: string }>(
      "select source ->> 'log' as log from strangler.position",
    )
    for (const { log } of rows) await fetch(`${connectUrl}/connectors/${log}`, { method: 'DELETE' })
  }
}

/** A request's answer, once it has one. */
export function finished(
  control: pg.Pool,
  id: number,
  patienceMs = patience.timeout,
): Promise<Request> {
  return vi.waitFor(async () => {
    const request = (await readRequest(control, id))!
    if (!request.result) throw new Error(`unfinished: ${JSON.stringify(request)}`)
    return request
  }, patienceOf(patienceMs))
}

const patienceOf = (timeout: number) => ({ timeout, interval: 20 })

function urlsOf(name: string, database: TestDatabase) {
  return {
    [`${name}_COORDINATOR_URL`]: database.url('coordinator'),
    [`${name}_APPLIER_URL`]: database.url('applier'),
    [`${name}_READER_URL`]: database.url('reader'),
  }
}

/** What a query returns, each row as an array of texts as Postgres prints them. */
export async function texts(
  { superuser }: TestDatabase,
  sql: string,
): Promise<(string | null)[][]> {
  const { rows } = await superuser.query<(string | null)[]>({
    text: sql,
    rowMode: 'array',
    types: { getTypeParser: () => (value: string) => value },
  })
  return rows
}
