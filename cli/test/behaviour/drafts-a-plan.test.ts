import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run } from '../harness/command.ts'
import { createFolder, type Folder } from '../harness/plan.ts'

const opened = new AsyncDisposableStack()
let postgres: TestPostgres
let folder: Folder

beforeAll(async () => {
  postgres = opened.use(await startPostgres())
  folder = opened.use(createFolder())
})
afterAll(() => opened.disposeAsync())

const oddNames = `
  create schema "Odd Schema";
  create table "Odd Schema"."Order" (id int primary key);
  create table "it's" (id int primary key, "when" date);
  create table "a.b" (id int primary key, "the order" int references "Odd Schema"."Order");
  create table "back\\slash" (id int primary key);
  create table keyless (note text);
  create table computed (id int primary key, twice int generated always as (id * 2) stored);
  create table parted (id int primary key) partition by range (id);
  create table parted_1 partition of parted for values from (0) to (10);
  create unlogged table scratch (id int primary key);
  create sequence order_numbers;
  create table counted (id serial primary key, no int default nextval('order_numbers'));
  create sequence loose_numbers;
  create view seen as select 1 as one;
`

test('a draft of a database with odd names is a plan, once its routes are listed', async () => {
  await using database = await postgres.createDatabase(oddNames)
  const cwd = folder.path
  const url = database.url('app')
  const drafted = await run(
    [
      'init',
      '--database',
      url,
      '--slice',
      'orders',
      '--service',
      'order-desk',
      '--out',
      'draft.ts',
    ],
    { cwd },
  )
  expect(drafted.stderr).toBe('')
  expect(drafted.code).toBe(0)
  expect(drafted.stdout).toContain('keyless has no primary key')
  expect(drafted.stdout).toContain('next: strangler plan --plan draft.ts')
  const text = readFileSync(join(cwd, 'draft.ts'), 'utf8')
  expect(text).not.toContain(url)

  const empty = await run(['plan', '--plan', 'draft.ts'], { cwd })
  expect(empty.code).toBe(2)
  expect(empty.stderr).toContain('slices.orders.routes')

  folder.write('filled.ts', text.replace('routes: []', "routes: ['GET /orders']"))
  const env = { LEGACY_COORDINATOR_URL: url }
  const plan = await run(['plan', '--plan', 'filled.ts', '--json'], { cwd, env })
  expect(plan.stderr).toBe('')
  expect(plan.json.crossing).toEqual({ keys: [] })
  expect(plan.json.looseSequences).toEqual(['public.loose_numbers'])
  const listed = text
    .replace('routes: []', "routes: ['GET /orders'], sequences: [sequence('loose_numbers')]")
    .replace('import {', 'import { sequence,')
  folder.write('listed.ts', listed)
  const settled = await run(['plan', '--plan', 'listed.ts', '--json'], { cwd, env })
  expect(settled.json.looseSequences).toEqual([])
  const names = plan.json.slices[0].tables.map(
    ({ legacy }: { legacy: { schema: string; name: string } }) => [legacy.schema, legacy.name],
  )
  expect(new Set(names)).toEqual(
    new Set([
      ['Odd Schema', 'Order'],
      ['public', 'a.b'],
      ['public', 'back\\slash'],
      ['public', 'computed'],
      ['public', 'counted'],
      ['public', "it's"],
      ['public', 'keyless'],
      ['public', 'parted'],
    ]),
  )
})

test('a draft never replaces a file, and is printed when no file is named', async () => {
  await using database = await postgres.createDatabase('create table pets (id int primary key)')
  const args = ['init', '--database', database.url('app')]
  folder.write('mine.ts', 'precious')
  const over = await run([...args, '--out', 'mine.ts'], { cwd: folder.path })
  expect(over.code).toBe(2)
  expect(over.stderr).toContain('exists already')
  expect(readFileSync(join(folder.path, 'mine.ts'), 'utf8')).toBe('precious')
  const [text, json] = await Promise.all([run(args), run([...args, '--json'])])
  expect(text.stdout).toContain("table('pets')")
  expect(json.json).toMatchObject({
    tables: ['pets'],
    text: expect.stringContaining('export default'),
  })
})

test('tables can be chosen; one that is not there is answered with those that are', async () => {
  await using database = await postgres.createDatabase(
    'create table owners (id int primary key); create table pets (id int primary key, owner int references owners)',
  )
  const args = ['init', '--database', database.url('app'), '--tables']
  const [one, wrong] = await Promise.all([run([...args, 'pets', '--json']), run([...args, 'pest'])])
  expect(one.json.tables).toEqual(['pets'])
  expect(one.json.remarks).toEqual([expect.stringMatching(/pets \(owner\).*owners/)])
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toMatch(/no table pest\. There are: .*owners.*pets/)
})

test('a database that does not answer ends with 5, one without tables with 2', async () => {
  await using empty = await postgres.createDatabase()
  const [down, none] = await Promise.all([
    run(['init', '--database', 'postgres://a:hush@127.0.0.1:1/nothing']),
    run(['init', '--database', empty.url('app')]),
  ])
  expect(down.code).toBe(5)
  expect(down.stderr).not.toContain('hush')
  expect(none.code).toBe(2)
})
