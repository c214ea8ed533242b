import { cast, defaulted, enumerated, jsonPath, rename, split, table } from '@strangler/core'
import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { setOddly } from '../odd-settings.ts'
import { createStand, texts } from '../stand.ts'
import { awkward, columnTypes, valueTypes } from './awkward-values.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

const columns = Object.entries(columnTypes)

const value = (name: string, literal: string) => `(${literal})::${columnTypes[name]}`

test('every value of every type arrives as it was: copied, streamed, updated, and written back, whatever is set for the roles', async () => {
  await using stand = await createStand(postgres, {
    legacy: `${valueTypes} create table stock.items (id int primary key, ${columns
      .map(([name, type]) => `${name} ${type}`)
      .join(', ')})`,
    // Other names, another order: what arrives by position or by name alone would be seen.
    service: `${valueTypes} create table stock.things (${columns
      .toReversed()
      .map(([name, type]) => `their_${name} ${type}`)
      .join(', ')}, added text default 'mine', thing_id int primary key)`,
    tables: [
      table('stock.items', {
        to: 'stock.things',
        columns: [
          rename('id', 'thing_id'),
          ...columns.map(([name]) => rename(name, `their_${name}`)),
          defaulted('service', 'added'),
        ],
      }),
    ],
  })
  const { legacy, service } = stand
  await setOddly(legacy, 'legacy')
  await setOddly(service, 'service')
  const there = `select thing_id, ${columns.map(([name]) => `their_${name}`).join(', ')} from stock.things order by 1`
  const here = `select id, ${columns.map(([name]) => name).join(', ')} from stock.items order by 1`
  const insert = (from: number) =>
    awkward.map(
      ([name, literal], at) =>
        `insert into stock.items (id, ${name}) values (${from + at}, ${value(name, literal)})`,
    )
  await legacy.app.query(insert(0).join(';'))
  stand.startWorker()
  await stand.done('sync-start')
  expect(await texts(service, there)).toEqual(await texts(legacy, here))

  await legacy.app.query(insert(1000).join(';'))
  await legacy.app.query('insert into stock.items (id) select generate_series(2000, 2200)')
  for (const [at, [name, literal]] of awkward.entries()) {
    const [next] = awkward.slice(at + 1).filter(([other]) => other === name)
    const becomes = next ? value(name, next[1]) : 'null'
    await legacy.app.query(
      `update stock.items set ${name} = ${value(name, literal)} where id = ${2000 + at};
       update stock.items set ${name} = ${becomes} where id = ${at}`,
    )
  }
  await stand.caughtUp('forward')
  const arrived = await texts(service, there)
  expect(arrived).toHaveLength(2 * awkward.length + 201)
  expect(arrived).toEqual(await texts(legacy, here))
  expect((await texts(service, 'select distinct added from stock.things')).flat()).toEqual(['mine'])

  await stand.done('switch', { to: 'extracted' })
  const back = awkward.map(
    ([name, literal], at) =>
      `insert into stock.things (thing_id, their_${name}) values (${3000 + at}, ${value(name, literal)});
       update stock.things set their_${name} = null where thing_id = ${1000 + at};
       update stock.things set their_${name} = ${value(name, literal)} where thing_id = ${at}`,
  )
  await service.app.query(back.join(';'))
  await stand.caughtUp('reverse')
  expect(await texts(legacy, here)).toEqual(await texts(service, there))
  const verified = await stand.done('verify')
  expect(verified.result).toMatchObject({ certificate: { clean: true } })
})

test('values that are translated come back equal, whichever way they were brought', async () => {
  await using stand = await createStand(postgres, {
    legacy: `create table people (
        id bigint generated always as identity primary key, name text, state char(1), born text,
        active boolean, contact jsonb, amount numeric(10,2), doubled numeric generated always as (amount * 2) stored)`,
    service: `create type standing as enum ('open', 'shut', 'n/a');
      create table persons (
        id bigint generated always as identity primary key, first text, last text, standing standing, born date,
        activity text, email text, phone text, contact jsonb not null, amount numeric,
        shout text generated always as (upper(first)) stored)`,
    tables: [
      table('people', {
        to: 'persons',
        columns: [
          split('name', ['first', 'last'], ' '),
          enumerated('state', 'standing', { O: 'open', S: 'shut', ' ': 'n/a' }),
          enumerated('active', 'activity', { t: 'busy', f: 'idle' }),
          cast('born'),
          jsonPath('contact', { email: 'email', phone: 'phone' }),
          cast('amount'),
          defaulted('service', 'shout'),
        ],
      }),
    ],
  })
  const { legacy, service } = stand
  const insert = `insert into people (name, state, born, active, contact, amount) values
    ('Ann  Lee', 'O', '2001-02-28', true, '{"email": "a@x", "phone": "1", "more": {"deep": [1, null]}}', 10.50),
    ('Bob', 'S', null, false, '{"more": "\\u00e9\\ud83d\\ude00"}', -0.01), (' Cy', ' ', '0044-03-15 BC', null, '{}', null), ('', null, 'infinity', true, '{"phone": ""}', 0.00)`
  const here =
    'select id, name, state, born, active, contact, amount, doubled from people order by id'
  await legacy.app.query(insert)
  stand.startWorker()
  await stand.done('sync-start')
  await legacy.app.query(insert)
  await stand.caughtUp('forward')
  const there = await texts(service, 'select * from persons order by id')
  expect(there.slice(0, 4)).toEqual([
    // prettier-ignore
    ['1', 'Ann', ' Lee', 'open', '2001-02-28', 'busy', 'a@x', '1', '{"more": {"deep": [1, null]}}', '10.50', 'ANN'],
    ['2', 'Bob', null, 'shut', null, 'idle', null, null, '{"more": "é😀"}', '-0.01', 'BOB'],
    ['3', '', 'Cy', 'n/a', '0044-03-15 BC', null, null, null, '{}', null, ''],
    ['4', '', null, null, 'infinity', 'busy', null, '', '{}', '0.00', ''],
  ])
  expect(there.slice(4).map((row) => row.slice(1))).toEqual(
    there.slice(0, 4).map((row) => row.slice(1)),
  )

  await stand.done('switch', { to: 'extracted' })
  const before = await texts(legacy, here)
  await service.app.query(`update persons set first = first where id <= 4`)
  await service.app.query(
    `insert into persons (first, last, standing, born, activity, email, contact, amount)
     values ('Di', 'Doe', 'n/a', '1999-12-31', 'idle', 'd@x', '{"z": 1}', 7)`,
  )
  await stand.caughtUp('reverse')
  const after = await texts(legacy, here)
  expect(after.slice(0, 8)).toEqual(before)
  expect(after.slice(8)).toEqual([
    ['9', 'Di Doe', ' ', '1999-12-31', 'f', '{"z": 1, "email": "d@x"}', '7.00', '14.00'],
  ])
})
