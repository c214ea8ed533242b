import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startPostgres, type TestPostgres } from '../../../local/src/testing/index.ts'
import { checkFenced, createFence, readFences, setFences } from '../../src/fence/index.ts'
import { createFenced, type FencedDatabase, patient, sqlState } from '../harness/fenced.ts'

let postgres: TestPostgres
let service: FencedDatabase
const fenced = { epoch: 1, fenced: true }

const tables = `
  create table owners (id int primary key);
  create table pets (id int primary key, owner int references owners on delete cascade, name text);
  create view named_pets as select * from pets where name is not null;
  create table visits (at date not null, note text) partition by range (at);
  create table visits_2024 partition of visits for values from ('2024-01-01') to ('2025-01-01');
  create table visits_2025 partition of visits for values from ('2025-01-01') to ('2026-01-01')
    partition by list (note);
  create table visits_2025_rest partition of visits_2025 default;
  create table charges (id int, amount numeric);
  create table late_charges (reminder int) inherits (charges);
  create function rename_pet() returns trigger language plpgsql as
    $$ begin update pets set name = 'by a trigger' where owner = new.id; return new; end $$;
  create trigger rename after update on owners for each row execute function rename_pet();
  insert into owners values (1);
  insert into pets values (1, 1, 'Rex');`

beforeAll(async () => {
  postgres = await startPostgres()
  service = await createFenced(postgres, tables, ['pets', 'visits', 'charges'], fenced)
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await postgres[Symbol.asyncDispose]()
})

describe('A fence that is up refuses', () => {
  const writes = {
    'an insert': "insert into pets values (2, 1, 'Tom')",
    'an update': "update pets set name = 'Tom'",
    'an update of no row at all': "update pets set name = 'Tom' where false",
    'a delete': 'delete from pets',
    'a truncate': 'truncate pets',
    'an insert that would do nothing on conflict':
      'insert into pets values (1) on conflict do nothing',
    'a merge':
      'merge into pets using owners on pets.id = owners.id when matched then update set name = null',
    'a write inside a select': 'with gone as (delete from pets returning *) select * from gone',
    'a write through a view': "update named_pets set name = 'Tom'",
    'a cascade from a table outside the slice': 'delete from owners',
    'a truncate that cascades': 'truncate owners cascade',
    'what a trigger of another table writes': 'update owners set id = id',
    'a write to a partitioned table': "insert into visits values ('2024-05-05')",
    'a write to a partition': "insert into visits_2024 values ('2024-05-05')",
    'a write to a partition of a partition': "insert into visits_2025_rest values ('2025-05-05')",
    'a truncate of a partition': 'truncate visits_2025',
    'a write to a parent table': 'update charges set amount = 0',
    'a write to a child table': 'insert into late_charges values (1, 1, 1)',
    'a truncate of a child table': 'truncate late_charges',
  }
  test.for(Object.entries(writes))('%s', async ([, sql]) => {
    expect(await sqlState(service.app.query(sql))).toBe('SF001')
  })

  test('a COPY', async () => {
    const copy = "copy pets (id) from program 'echo 7'"
    expect(await sqlState(service.superuser.query(copy))).toBe('SF001')
  })

  test('a superuser whose session runs no ordinary triggers', async () => {
    const session = await service.connect('superuser')
    await session.query('set session_replication_role = replica')
    expect(await sqlState(session.query("update pets set name = 'Tom'"))).toBe('SF001')
    expect(await sqlState(session.query('truncate pets'))).toBe('SF001')
  })

  test('somebody who only acts as the applier', async () => {
    const session = await service.connect('superuser')
    await session.query(`set role ${service.roles.applier}`)
    expect(await sqlState(session.query('delete from pets'))).toBe('SF001')
  })

  test('with the slice, what was tried, and who owns it', async () => {
    await expect(service.app.query('delete from pets')).rejects.toMatchObject({
      message: expect.stringMatching(/slice "patients".*delete on public\.pets/),
      detail: expect.stringContaining('service "patient"'),
      hint: expect.stringContaining('strangler status'),
    })
  })
})

describe('A fence that is up lets pass', () => {
  test('the applier, in sessions that run triggers and in those that do not', async () => {
    const applier = await service.connect('applier')
    await applier.query('begin')
    const writes = [
      "insert into pets values (2, 1, 'Tom')",
      "update pets set name = 'Tom'",
      'set local session_replication_role = replica',
      "insert into visits values ('2024-05-05')",
      'delete from pets',
      'truncate charges',
    ]
    for (const sql of writes) expect(await sqlState(applier.query(sql))).toBeUndefined()
    await applier.query('rollback')
  })

  test('readers, also those who lock what they read', async () => {
    const { rows } = await service.app.query('select name from pets for update')
    expect(rows).toEqual([{ name: 'Rex' }])
  })

  test('writes to tables that are not the slice’s', async () => {
    expect(await sqlState(service.app.query('insert into owners values (9)'))).toBeUndefined()
  })
})

describe('A table that is not fenced although its slice is', () => {
  const newPartition =
    "create table visits_2026 partition of visits for values from ('2026-01-01') to ('2027-01-01')"

  test('is named when it is a partition that was made later, and fenced when asked for', async () => {
    await using legacy = await createFenced(postgres, tables, ['visits'], fenced)
    await checkFenced(legacy.coordinator, [legacy.scope])
    await legacy.app.query(newPartition)
    await expect(checkFenced(legacy.coordinator, [legacy.scope])).rejects.toMatchObject({
      code: 'UNFENCEABLE',
      message: expect.stringContaining('public.visits_2026 (missing)'),
    })
    await createFence(legacy.coordinator, legacy.scope, fenced, patient)
    await checkFenced(legacy.coordinator, [legacy.scope])
    const write = legacy.app.query("insert into visits_2026 values ('2026-05-05')")
    expect(await sqlState(write)).toBe('SF001')
  })

  test('is passed over by an undo, which opens all the others', async () => {
    await using legacy = await createFenced(postgres, tables, ['visits'], fenced)
    await legacy.app.query(newPartition)
    await legacy.app.query('drop trigger strangler_fence_truncate on visits_2024')
    const open = { epoch: 2, fenced: false }
    expect(await setFences(legacy.coordinator, [legacy.scope], open, patient)).toBe('done')
    for (const at of ['2024-05-05', '2025-05-05', '2026-05-05']) {
      await legacy.app.query('insert into visits (at) values ($1)', [at])
    }
    await legacy.app.query("update visits_2024 set note = 'open'")
  })

  test('is named when somebody disabled its trigger', async () => {
    await using legacy = await createFenced(postgres, tables, ['pets'], fenced)
    await legacy.app.query('alter table pets enable trigger strangler_fence')
    await expect(checkFenced(legacy.coordinator, [legacy.scope])).rejects.toThrow('pets (other)')
    await legacy.app.query('alter table pets disable trigger strangler_fence_truncate')
    await expect(checkFenced(legacy.coordinator, [legacy.scope])).rejects.toThrow('pets (other)')
  })
})

test('A fence that is made again is left as it stands', async () => {
  await using legacy = await createFenced(postgres, tables, ['pets'], fenced)
  const open = { epoch: 1, fenced: false }
  await createFence(legacy.coordinator, legacy.scope, open, patient)
  expect((await readFences(legacy.superuser)).get('patients')).toEqual(fenced)
  expect(await sqlState(legacy.app.query('delete from pets'))).toBe('SF001')
})

test('A fence whose triggers somebody changed stands again once it is made again', async () => {
  await using legacy = await createFenced(postgres, tables, ['pets', 'owners'], fenced)
  await legacy.app.query('alter table pets disable trigger strangler_fence')
  await legacy.app.query('alter table owners enable trigger strangler_fence_truncate')
  await createFence(legacy.coordinator, legacy.scope, fenced, patient)
  await checkFenced(legacy.coordinator, [legacy.scope])
  expect(await sqlState(legacy.app.query('delete from pets'))).toBe('SF001')
})

test('A fence is not made for a table that is not there, which is named', async () => {
  await using legacy = await createFenced(postgres, tables, ['pets'])
  const scope = { ...legacy.scope, tables: [{ schema: 'public', name: 'Rets' }] }
  await expect(createFence(legacy.coordinator, scope, fenced, patient)).rejects.toMatchObject({
    code: 'MISSING_TABLE',
    message: expect.stringContaining('public."Rets"'),
  })
})
