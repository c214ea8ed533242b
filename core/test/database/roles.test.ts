import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import pg from 'pg'
import {
  startPostgres,
  type TestPostgres,
  type TestRole,
} from '../../../local/src/testing/index.ts'
import { consumerGrants, createRoles, provisionDatabase, roleOf } from '../../src/database/index.ts'
import { setFences } from '../../src/fence/index.ts'
import { createFenced, type FencedDatabase, patient, sqlState } from '../harness/fenced.ts'

let postgres: TestPostgres
let database: FencedDatabase
const sessions = new Map<TestRole, pg.Client>()

const tables = `create table pets (id serial primary key, name text);
  create table secrets (value text); insert into secrets values ('the salaries')`

beforeAll(async () => {
  postgres = await startPostgres()
  database = await createFenced(postgres, tables, ['pets'])
  for (const role of ['coordinator', 'applier', 'reader'] as const) {
    sessions.set(role, await database.connect(role))
  }
})
afterAll(async () => {
  await database[Symbol.asyncDispose]()
  await postgres[Symbol.asyncDispose]()
})

const denied = '42501'
const as = (role: TestRole, sql: string) => sqlState(sessions.get(role)!.query(sql))

describe('The reader', () => {
  test.for([
    'select epoch, fenced from strangler.fence',
    'select stream, place, beat from strangler.position',
    'select pg_current_wal_insert_lsn()',
    'select strangler.beat()',
  ])('may: %s', async (sql) => {
    expect(await as('reader', sql)).toBeUndefined()
  })

  test.for([
    'select * from pets',
    'select * from strangler.dead_letter', // It holds rows of the application.
    'select * from strangler.event_letter',
    'insert into pets default values',
    'update strangler.fence set fenced = false',
    'select * from strangler.fence for share',
    "insert into strangler.barrier values ('pets', gen_random_uuid(), 1)",
    'delete from strangler.position',
    'update strangler.heartbeat set beat = 0',
    'create table strangler.mine (id int)',
    'set session_replication_role = replica',
  ])('may not: %s', async (sql) => {
    expect(await as('reader', sql)).toBe(denied)
  })
})

describe('The applier', () => {
  test.for([
    'insert into pets (id, name) overriding system value values (1, null)',
    "update pets set name = 'Rex'",
    'delete from pets',
    'truncate pets',
    'select * from strangler.fence for share',
    'set session_replication_role = replica',
    'reset session_replication_role',
    "insert into strangler.barrier values ('proof', gen_random_uuid(), 0)",
    "insert into strangler.position (stream, slice, source, place) values ('s', 'pets', '{}', '')",
    "delete from strangler.position where stream = 's'",
    "insert into strangler.copied (stream, source_table) values ('s', 'pets')",
    "delete from strangler.copied where stream = 's'",
    "insert into strangler.dead_letter (stream, slice, epoch, source_table, target_table, kind, key, reason, place) values ('s', 'pets', 1, 't', 't', 'delete', '{1}', 'behind', '0/0')",
    "update strangler.dead_letter set attempts = 1 where stream = 's'",
    "delete from strangler.dead_letter where stream = 's'",
    'select strangler.beat()',
    "select pg_replication_origin_create('test origin')",
    "select pg_replication_origin_session_setup('test origin')",
    'select pg_replication_origin_session_reset()',
    "select pg_replication_origin_drop('test origin')",
    "select pg_create_logical_replication_slot('test_slot', 'pgoutput')",
    "select pg_drop_replication_slot('test_slot')",
  ])('may: %s', async (sql) => {
    expect(await as('applier', sql)).toBeUndefined()
  })

  test.for([
    'select * from secrets',
    'alter table pets add column extra int',
    'alter table pets disable trigger all',
    'drop trigger strangler_fence on pets',
    'drop table pets',
    'create table mine (id int)',
    'create table strangler.mine (id int)',
    'update strangler.fence set fenced = false',
    'update strangler.fence set epoch = 99',
    'insert into strangler.fence values (1, 1, false)',
    'delete from strangler.barrier',
    'create publication mine for table pets',
    'create role mine',
  ])('may not: %s', async (sql) => {
    expect(await as('applier', sql)).toBe(denied)
  })
})

describe('The coordinator', () => {
  test.for([
    'create publication test_publication for table pets, strangler.barrier',
    'drop publication test_publication',
    'select max(id) from pets',
    "select setval('pets_id_seq', 5)",
    "insert into strangler.barrier values ('proof', gen_random_uuid(), 0) on conflict (slice) do update set epoch = 0",
    'select query from pg_stat_activity',
    'select pg_current_wal_insert_lsn()',
  ])('may: %s', async (sql) => {
    expect(await as('coordinator', sql)).toBeUndefined()
  })

  test('puts fences up and opens them, though the tables are the application’s', async () => {
    const to = (epoch: number, fenced: boolean) =>
      setFences(database.coordinator, [database.scope], { epoch, fenced }, patient)
    expect(await to(2, true)).toBe('done')
    expect(await as('coordinator', 'delete from pets')).toBe('SF001')
    expect(await to(3, false)).toBe('done')
  })

  test('sees the statements of others, to name who holds a lock', async () => {
    await database.app.query('select 1 as needle')
    const { rows } = await sessions
      .get('coordinator')!
      .query("select query from pg_stat_activity where query like '%needle%' and usename = 'app'")
    expect(rows).not.toEqual([])
  })

  test.for(['set session_replication_role = replica', 'create role mine', 'create database mine'])(
    'may not: %s',
    async (sql) => {
      expect(await as('coordinator', sql)).toBe(denied)
    },
  )

  test('may not touch a table whose owner did not let it', async () => {
    await database.superuser.query(
      'create schema payroll; create table payroll.salaries (id int); create table public.theirs (id int)',
    )
    expect(await as('coordinator', 'select * from payroll.salaries')).toBe(denied)
    expect(await as('coordinator', 'alter table public.theirs disable trigger all')).toBe(denied)
  })
})

test('An application may not change fences, positions or barriers', async () => {
  for (const sql of [
    'update strangler.fence set fenced = false',
    'delete from strangler.position',
    'delete from strangler.barrier',
    'select strangler.beat()',
  ]) {
    expect(await sqlState(database.app.query(sql))).toBe(denied)
  }
})

describe('The role of a consumer’s process', () => {
  const role = 'app'

  test('may keep what was handled, and nothing else of the toolkit’s', async () => {
    for (const grant of consumerGrants(role)) await database.coordinator.query(grant)
    for (const sql of [
      "insert into strangler.consumer (name) values ('mails')",
      "insert into strangler.event_taken values ('mails', gen_random_uuid())",
      "insert into strangler.consumer_position values ('mails', 't', 0, 1)",
      "insert into strangler.event_letter (consumer, event, type, aggregate_type, aggregate_id) values ('mails', gen_random_uuid(), '', '', '')",
      'delete from strangler.event_letter',
    ]) {
      expect(await sqlState(database.app.query(sql))).toBeUndefined()
    }
    for (const sql of [
      'update strangler.fence set fenced = false',
      'select * from strangler.position',
      'select * from strangler.dead_letter',
    ]) {
      expect(await sqlState(database.app.query(sql))).toBe(denied)
    }
  })
})

describe('Preparing a database', () => {
  test('again, also at once from two workers, changes nothing that is there', async () => {
    await database.coordinator.query('update strangler.heartbeat set beat = 41')
    const again = () =>
      provisionDatabase(database.coordinator, database.roles, database.scope.tables)
    await Promise.all([again(), again()])
    const { rows } = await database.superuser.query('select beat::int from strangler.heartbeat')
    expect(rows).toEqual([{ beat: 41 }])
  })

  test('makes roles with odd names and passwords, and changes a password that is another now', async () => {
    const url = (password: string) =>
      `postgres://${encodeURIComponent('the "odd" one')}:${encodeURIComponent(password)}@127.0.0.1:${postgres.port}/${database.name}`
    expect(roleOf(url('x'))).toBe('the "odd" one')
    for (const password of [`it's "new"/@:`, 'back\\slash']) {
      await createRoles(database.superuser, [url(password)])
      await using session = await connected(url(password))
      expect((await session.client.query('select current_user as me')).rows).toEqual([
        { me: 'the "odd" one' },
      ])
    }
  })
})

async function connected(connectionString: string) {
  const client = new pg.Client({ connectionString })
  await client.connect()
  return { client, [Symbol.asyncDispose]: () => client.end() }
}
