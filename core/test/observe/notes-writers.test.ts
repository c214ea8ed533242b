import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startPostgres, type TestPostgres } from '../../../local/src/testing/index.ts'
import { readObservation, startObserving, stopObserving } from '../../src/observe/index.ts'
import { patient, scopeOf, sqlState } from '../harness/fenced.ts'

let postgres: TestPostgres
let legacy: Awaited<ReturnType<TestPostgres['createDatabase']>>
beforeAll(async () => {
  postgres = await startPostgres({ settings: { max_prepared_transactions: '2' } })
  legacy = await postgres.createDatabase(tables)
})
afterAll(async () => {
  await legacy[Symbol.asyncDispose]()
  await postgres[Symbol.asyncDispose]()
})

const scope = scopeOf(['owners', 'pets', 'visits'])

const tables = `
  create table owners (id int primary key);
  create table pets (id int primary key, owner int references owners on delete cascade, name text);
  create table visits (at date not null, note text) partition by range (at);
  create table "visits 2024" partition of visits for values from ('2024-01-01') to ('2025-01-01');
  create table others (id int);
  create function rename_pet(text) returns void language sql as $$ update pets set name = $1 $$`

/** Nothing is noted yet, and there is one pet. */
beforeEach(async () => {
  await stopObserving(legacy.coordinator, scope.slice, { forget: true }, patient)
  await legacy.app.query(`
    drop table if exists late;
    truncate owners, pets, visits;
    insert into owners values (1);
    insert into pets values (1, 1, 'Rex')`)
  await startObserving(legacy.coordinator, scope, patient)
})

async function session(application: string): Promise<pg.Client & AsyncDisposable> {
  const client = new pg.Client({
    connectionString: postgres.url(legacy.name, 'app'),
    application_name: application,
  })
  await client.connect()
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() })
}

async function noted() {
  const { writers } = await readObservation(legacy.coordinator, scope)
  return writers.map(({ application, commands, tables, statement }) => [
    application,
    commands.join(),
    tables.join(),
    statement,
  ])
}

describe('Who writes is noted', () => {
  test('with role, application and the statement that the client sent', async () => {
    await using job = await session('nightly')
    await job.query("update pets set name = 'Tom' where id = 1")
    const { writers, state, gaps } = await readObservation(legacy.coordinator, scope)
    expect({ state, gaps }).toEqual({ state: 'on', gaps: [] })
    expect(writers).toMatchObject([
      {
        role: 'app',
        application: 'nightly',
        times: 1,
        statement: 'update pets set name = ? where id = ?',
      },
    ])
  })

  test.each([
    [
      'a parameter',
      'delete from pets where name = $1',
      'delete',
      'public.pets',
      'delete from pets where name = ?',
    ],
    ['a truncate', 'truncate pets', 'truncate', 'public.pets', 'truncate pets'],
    ['a function', "select rename_pet('secret')", 'update', 'public.pets', 'select rename_pet(?)'],
    [
      'a partition',
      `insert into "visits 2024" values ('2024-02-03', 'secret')`,
      'insert',
      'public."visits 2024"',
      'insert into "visits ?" values (?, ...)',
    ],
    [
      'what inserts or updates',
      "insert into pets values (1, 1, 'secret') on conflict (id) do update set name = 'secret'",
      'insert,update',
      'public.pets',
      'insert into pets values (?, ...) on conflict (id) do update set name = ?',
    ],
    [
      'nothing that matches',
      'update pets set id = 5 where false',
      'update',
      'public.pets',
      'update pets set id = ? where false',
    ],
  ])('by %s', async (_, sql, command, table, shape) => {
    await using job = await session('job')
    await job.query(sql, sql.includes('$1') ? ['secret'] : [])
    expect(await noted()).toEqual([['job', command, table, shape]])
  })

  test('by a cascade, a batch, a merge and a statement prepared in SQL', async () => {
    await using job = await session('job')
    await job.query('delete from owners where id = 1')
    await job.query('insert into owners values (2); insert into pets values (2, 2)')
    await job.query('prepare chip (int) as update pets set name = null where id = $1')
    await job.query('execute chip(2)')
    expect(await noted()).toEqual([
      ['job', 'delete', 'public.owners,public.pets', 'delete from owners where id = ?'],
      [
        'job',
        'insert',
        'public.owners,public.pets',
        'insert into owners values (?); insert into pets values (?, ...)',
      ],
      ['job', 'update', 'public.pets', 'execute chip(?)'],
    ])
  })

  test('under session_replication_role = replica, unless it is the applier', async () => {
    const superuser = await legacy.connect(
      'superuser',
      '-c session_replication_role=replica -c application_name=restore',
    )
    await superuser.query('insert into owners values (7)')
    await legacy.superuser.query('grant all on owners to strangler_applier')
    const applier = await legacy.connect('applier')
    await applier.query('insert into owners values (8)')
    expect(await noted()).toEqual([
      ['restore', 'insert', 'public.owners', 'insert into owners values (?)'],
    ])
  })

  test('once for many writes of a session, whatever values they have', async () => {
    await using job = await session('job')
    for (let id = 10; id < 60; id++)
      await job.query(`insert into pets values (${id}, 1, 'pet ${id}')`)
    const { writers } = await readObservation(legacy.coordinator, scope)
    expect(writers.map(({ statement }) => statement)).toEqual(['insert into pets values (?, ...)'])
    // The minute may have turned meanwhile.
    expect(writers[0]!.times).toBeLessThanOrEqual(3)
  })

  test('not when its transaction was rolled back, and then at its next write', async () => {
    await using job = await session('job')
    await job.query('begin')
    await job.query('delete from pets')
    await job.query('rollback')
    expect(await noted()).toEqual([])
    await job.query('delete from pets')
    expect(await noted()).toHaveLength(1)
  })
})

describe('What is written in a statement is not kept', () => {
  test.each([
    [
      "update pets set name = 'it''s secret', owner = 1 where id in (1, 2, 3)",
      'update pets set name = ?, owner = ? where id in (?, ...)',
    ],
    [
      "update pets set name = E'a\\' secret' -- secret\n where id = 1",
      'update pets set name = ? where id = ?',
    ],
    [
      "/* secret's */ update pets set name = date'2024-01-01'::text || $$secret$$",
      'update pets set name = date?::text || ?',
    ],
    [`update pets set "name" = 'secret' /* "secret" */`, 'update pets set "name" = ?'],
    [
      `update pets set name = 'a -- secret', owner = null`,
      'update pets set name = ?, owner = null',
    ],
    [
      `update pets set name = U&'secret\\0041' || $x$it's a secret$x$`,
      'update pets set name = U&? || ?',
    ],
    [`/* a /* b */ secret */ delete from pets`, '(a statement with comments in comments)'],
    [
      `insert into pets values (3, 1, 'secret'), (4, 1, 'secret')`,
      'insert into pets values (?, ...), ...',
    ],
    [`update pets set name = '${'secret '.repeat(500)}'`, 'update pets set name = ?'],
    ['update pets set owner = -1.5e3::int * 0 + 1', 'update pets set owner = -?::int * ? + ?'],
  ])('%s', async (sql, shape) => {
    await using job = await session('job')
    await job.query(sql)
    expect((await noted()).map(([, , , statement]) => statement)).toEqual([shape])
    const { rows } = await legacy.superuser.query(
      'select o::text as text from strangler.observed o',
    )
    expect(JSON.stringify(rows)).not.toContain('secret')
  })

  test('nor where backslashes escape quotes in all strings', async () => {
    await using job = await session('job')
    await job.query('set standard_conforming_strings = off; set escape_string_warning = off')
    await job.query(`update pets set name = 'a\\' secret' where name = 'secret'`)
    expect(await noted()).toEqual([
      ['job', 'update', 'public.pets', 'update pets set name = ? where name = ?'],
    ])
  })
})

describe('Observing changes nothing for who writes', () => {
  test('a statement that fails, fails as ever, and leaves no note', async () => {
    await using job = await session('job')
    expect(await sqlState(job.query("insert into pets values (1, 1, 'again')"))).toBe('23505')
    expect(await noted()).toEqual([])
  })

  test('nobody waits for a note of a transaction that is open, and all are noted', async () => {
    await using first = await session('job')
    await using second = await session('job')
    await first.query("begin; set local statement_timeout = '20s'")
    await first.query('insert into pets values (11, 1)')
    await second.query("set statement_timeout = '20s'")
    await second.query('insert into pets values (12, 1)')
    expect(await noted()).toHaveLength(1)
    await first.query('commit')
    const { writers } = await readObservation(legacy.coordinator, scope)
    expect(writers[0]!.times).toBe(2)
  })

  test('transactions that are serializable never fail for it', async () => {
    await using first = await session('job')
    await using second = await session('job')
    for (const client of [first, second]) {
      await client.query('begin isolation level serializable')
    }
    await first.query('insert into pets values (11, 1)')
    await second.query('insert into visits select $1', ['2024-05-06'])
    await first.query('commit')
    await second.query('commit')
    expect(await noted()).toHaveLength(2)
  })

  test('a transaction can be prepared', async () => {
    await using job = await session('job')
    await job.query('begin')
    await job.query('insert into pets values (11, 1)')
    await job.query("prepare transaction 'one'")
    await job.query("commit prepared 'one'")
    expect(await noted()).toHaveLength(1)
  })

  test('what goes wrong with the notes is swallowed', async () => {
    await legacy.coordinator.query(
      'alter table strangler.observed add constraint broken check (times > 5)',
    )
    await using job = await session('job')
    await job.query('insert into pets values (11, 1)')
    expect(await noted()).toEqual([])
    await legacy.coordinator.query('alter table strangler.observed drop constraint broken')
  })

  test('its role can neither read nor write notes, nor note anything itself', async () => {
    for (const sql of [
      'select from strangler.observed',
      "insert into strangler.observing values ('x')",
      "select strangler.shape('x', true)",
    ]) {
      expect(await sqlState(legacy.app.query(sql))).toBe('42501')
    }
  })

  test('no publication carries notes, not even one of all tables', async () => {
    await legacy.superuser.query('create publication everything for all tables')
    const { rows } = await legacy.superuser.query(
      "select tablename from pg_publication_tables where schemaname = 'strangler'",
    )
    await legacy.superuser.query('drop publication everything')
    expect(rows).toEqual([])
  })
})

test('Observing that could not begin on every table is not taken for notes that were lost, and begins when it is asked for again', async () => {
  await stopObserving(legacy.coordinator, scope.slice, { forget: true }, patient)
  await using writer = await session('import')
  await writer.query('begin; update pets set name = $$Ada$$')
  const start = (budgetMs: number) => startObserving(legacy.coordinator, scope, { budgetMs })
  await expect(start(300)).rejects.toMatchObject({ code: 'LOCKED' })
  expect(await readObservation(legacy.coordinator, scope)).toMatchObject({ state: 'never' })
  await writer.query('commit')
  const began = await start(patient.budgetMs)
  expect(began.map(({ name }) => name)).toContain('pets')
  expect(began.map(({ name }) => name)).not.toContain('owners')
  expect(await readObservation(legacy.coordinator, scope)).toMatchObject({ state: 'on', gaps: [] })
})
