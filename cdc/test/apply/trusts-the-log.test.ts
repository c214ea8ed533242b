import { exactText, readCatalogTable, readPlan, table } from '@strangler/core'
import { startPostgres, type TestDatabase, type TestPostgres } from '@strangler/local/testing'
import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TableChange } from '../../src/apply/batch.ts'
import { createExecutor, type Executor } from '../../src/apply/execute.ts'
import { carefulWays, type Way, ways, Work } from '../../src/apply/work.ts'
import { copyStatement } from '../../src/translate/statements.ts'
import { translate, type Translation } from '../../src/translate/translation.ts'
import type { Value } from '../../src/log/log.ts'
import { planOf } from '../plan.ts'

const columns = `id int primary key, code text unique, note varchar(12), doc jsonb`
/** The second one's amounts have another scale, so that COPY would have to be trusted to round alike. */
const sql = `
  create table plain (${columns}, amount numeric(8,2)); create table wider (${columns}, amount numeric(8,2));
  create schema service;
  create table service.plain (${columns}, amount numeric(8,2), own text default 'kept');
  create table service.wider (${columns}, amount numeric(10,3), own text default 'kept')`
const own = { kind: 'defaulted', side: 'service', column: 'own' } as const
const mappings = ['plain', 'wider'].map((name) =>
  table(name, { to: `service.${name}`, columns: [own] }),
)

interface Target {
  readonly client: pg.Client
  readonly executor: Executor
}

let postgres: TestPostgres
let opened: AsyncDisposableStack
let trusting: Target
let careful: Target
const tables: Translation[] = []

async function open(database: TestDatabase): Promise<Target> {
  const connectionString = postgres.url(database.name)
  const client = new pg.Client({ connectionString, options: exactText })
  await client.connect()
  opened.defer(() => client.end())
  return { client, executor: createExecutor(client) }
}

beforeAll(async () => {
  postgres = await startPostgres()
  opened = new AsyncDisposableStack()
  const databases = [
    await postgres.createDatabase(sql),
    await postgres.createDatabase(sql),
  ] as const
  for (const database of databases) opened.use(database)
  trusting = await open(databases[0])
  careful = await open(databases[1])
  const plan = readPlan(planOf('slice', mappings), 'test.plan.ts')
  for (const each of plan.slices.get('slice')!.tables) {
    const legacy = await readCatalogTable(careful.client, each.legacy)
    const service = await readCatalogTable(careful.client, each.service)
    tables.push(translate(each, legacy!, service!).forward)
  }
})
afterAll(async () => {
  await opened.disposeAsync()
  await postgres[Symbol.asyncDispose]()
})

type Change = Exclude<TableChange, { kind: 'rekey' }>
type Source = Map<string, readonly Value[]>

const note = fc.constantFrom(
  null,
  '',
  'NULL',
  '\\N',
  '\\.',
  'a\tb\nc\rd\\e',
  '{"x",}',
  "o'clock ü€",
  'pad   ',
)
const step = fc.record({
  table: fc.nat(1),
  id: fc.constantFrom('1', '2', '3', '4', '5', '6'),
  kind: fc.constantFrom('put', 'put', 'patch', 'delete'),
  code: fc.constantFrom(null, null, 'a', 'b', 'c'),
  note,
  amount: fc.constantFrom('0.10', '-12.00', 'NaN'),
  doc: fc.constantFrom(null, '{"a": "\\\\\\"\\t"}', '[]'),
})

/** What of the steps a source with unique codes accepts, as its log has it. */
function logOf(
  steps: readonly (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[],
  sources: readonly Source[],
) {
  return steps.flatMap(({ table: at, id, kind, code, note, amount, doc }): Change[] => {
    const source = sources[at]!
    const of = tables[at]!
    const before = source.get(id)
    if (kind === 'delete') return source.delete(id) ? [{ kind, table: of, key: [id] }] : []
    const isTaken = [...source].some(
      ([other, row]) => other !== id && code !== null && row[1] === code,
    )
    if (isTaken || (kind === 'patch' && !before)) return []
    source.set(id, [id, code, note, kind === 'patch' ? before![3] : doc, amount])
    const row = [id, code, note, kind === 'patch' ? undefined : doc, amount]
    return [{ kind: 'put', table: of, row, isNew: !before }]
  })
}

/** As the applier does it: each way in a transaction, until one is accepted. */
async function apply(
  { client, executor }: Target,
  changes: readonly Change[],
  some: readonly Way[],
): Promise<Way> {
  const work = new Work()
  for (const change of changes) work.add(change)
  for (const way of some) {
    await client.query('begin')
    try {
      await work.perform(executor, way)
      await client.query('commit')
      return way
    } catch (error) {
      await client.query('rollback')
      if ((error as { code?: string }).code !== '23505') throw error
    }
  }
  throw new Error('refused in every way')
}

async function rowsOf({ client }: Target): Promise<unknown> {
  const { rows } = await client.query(
    `select (select jsonb_agg(p order by id) from service.plain p) as plain, (select jsonb_agg(t order by id) from service.wider t) as wider`,
  )
  return rows
}

test('what relies on the log for new rows leaves what the careful ways leave, repeated or not', async () => {
  expect(tables.map((each) => copyStatement(each) !== undefined)).toEqual([true, false])
  const taken: Way[] = []
  const steps = fc.array(step, { maxLength: 14 })
  await fc.assert(
    fc.asyncProperty(steps, steps, async (first, second) => {
      for (const { client } of [trusting, careful]) {
        await client.query('truncate service.plain, service.wider')
      }
      const sources: Source[] = [new Map(), new Map()]
      const earlier = logOf(first, sources)
      const later = logOf(second, sources)
      // What comes again finds its rows there already.
      for (const changes of [earlier, later, later]) {
        taken.push(await apply(trusting, changes, ways))
        await apply(careful, changes, carefulWays)
        expect(await rowsOf(trusting)).toEqual(await rowsOf(careful))
      }
    }),
    { numRuns: 100 },
  )
  expect(taken.filter((way) => way === 'trusting').length).toBeGreaterThan(taken.length / 3)
  expect(taken).toContain('collapsed')
})
