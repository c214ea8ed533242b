import { rename, table } from '@strangler/core'
import { startPostgres, type TestDatabase, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { setOddly } from '../odd-settings.ts'
import { createStand, type Stand, texts } from '../stand.ts'
import { valueTypes } from './awkward-values.ts'
import { createPicker, createRows, fuzzed, fuzzedTags } from './fuzzed-values.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres({ settings: { autovacuum: 'off' } })))
afterAll(() => postgres[Symbol.asyncDispose]())

const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31)
const half = 5000
const columns = Object.keys(fuzzed)
const typeOf = (column: string) => fuzzed[column]![0]

/** A table of all columns, under the names of one side. */
interface Side {
  readonly table: string
  readonly heap: string
  name(column: string): string
}
const there: Side = { table: 'stock.things', heap: 'stock.pile', name: (name) => `their_${name}` }
const here: Side = { table: 'stock.items', heap: 'stock.heap', name: (name) => name }

const declared = ({ table, heap, name }: Side, order: readonly string[]) =>
  `${valueTypes}
   create table ${table} (${order.map((column) => `${name(column)} ${typeOf(column)}`).join(', ')},
     tag text, id int, slot int unique, primary key (tag, id));
   create table ${heap} (id bigint generated always as identity primary key, word text, twice text generated always as (word || word) stored)`

test('10,000 fuzzed rows arrive as they are, from the snapshot and from the stream, there and back, whatever is set for the roles', async () => {
  console.log(`FUZZ_SEED=${seed}`)
  await using stand = await createStand(postgres, {
    legacy: declared(here, columns),
    service: declared(there, columns.toReversed()),
    tables: [
      table(here.table, {
        to: there.table,
        columns: columns.map((column) => rename(column, there.name(column))),
      }),
      table(here.heap, { to: there.heap }),
    ],
    patienceMs: 240_000,
  })
  const { legacy, service } = stand
  await setOddly(legacy, 'legacy')
  await setOddly(service, 'service')
  const writer = createWriter()

  await writer.insert(legacy, here, half)
  stand.startWorker()
  await stand.done('sync-start')
  await expectEqual(stand)

  await writer.insert(legacy, here, half)
  await writer.change(legacy, here)
  await stand.caughtUp('forward')
  await expectEqual(stand)

  await stand.done('switch', { to: 'extracted' })
  await writer.insert(service, there, 500)
  await writer.change(service, there)
  await stand.caughtUp('reverse')
  await expectEqual(stand)

  await stand.done('switch', { to: 'legacy', again: true })
  await writer.change(legacy, here)
  await writer.truncate(legacy, here)
  await stand.caughtUp('forward')
  await expectEqual(stand)
  const { result } = await stand.done('verify')
  expect(result).toMatchObject({ certificate: { clean: true } })
}, 600_000)

/** An application that changes everything there is, by a seed. */
function createWriter() {
  const rows = createRows(seed)
  const tags = fuzzedTags(seed)
  const pick = createPicker(seed)
  let last = 0

  /** SQL that reads rows `s` from one array of texts for each column: `$1` and so on. */
  const from = (names: readonly string[]) =>
    `unnest(${names.map((_, at) => `$${at + 1}::text[]`).join(', ')}) as s (${names.join(', ')})`
  const valueOf = (column: string) => `s.${column}::${typeOf(column)}`
  const transposed = (all: readonly (string | null)[][], width: number) =>
    Array.from({ length: width }, (_, at) => all.map((row) => row[at]!))

  async function insert({ app }: TestDatabase, side: Side, count: number): Promise<void> {
    for (let left = count; left > 0; left -= 250) {
      const made = rows(Math.min(left, 250))
      const keys = made.map(() => [tags[pick(tags.length)]!, String(++last)])
      await app.query(
        `insert into ${side.table} (tag, id, slot, ${columns.map(side.name).join(', ')})
         select s.tag, s.id::int, s.id::int, ${columns.map(valueOf).join(', ')} from ${from(['tag', 'id', ...columns])}`,
        [...transposed(keys, 2), ...transposed(made, columns.length)],
      )
    }
  }

  /** Gives some columns of some rows other values, and leaves the rest as it is: long texts, too. */
  async function update({ app }: TestDatabase, side: Side): Promise<void> {
    for (let each = 0; each < 10; each++) {
      const changed = columns.filter(() => pick(8) === 0)
      const made = rows(150)
      const ids = made.map(() => [String(1 + pick(last))])
      const set = ['word', ...changed.filter((column) => column !== 'word')]
      const at = set.map((column) => columns.indexOf(column))
      await app.query(
        `update ${side.table} t set ${set.map((column) => `${side.name(column)} = ${valueOf(column)}`).join(', ')}
         from ${from(['id', ...set])} where t.id = s.id::int`,
        [...transposed(ids, 1), ...at.map((index) => made.map((row) => row[index]!))],
      )
    }
  }

  async function change(database: TestDatabase, side: Side): Promise<void> {
    const { app } = database
    const { table, name } = side
    await update(database, side)
    const remainder = pick(20)
    await app.query(`delete from ${table} where id % 20 = ${remainder}`)
    await app.query(
      `update ${table} set tag = tag || '\t"' where id % 20 = ${(remainder + 1) % 20};
       update ${table} set id = -id where id % 20 = ${(remainder + 2) % 20};
       update ${table} set tag = tag || '\\', ${name('word')} = tag where abs(id) % 20 = ${(remainder + 3) % 20}`,
    )
    // Neighbours give each other their unique values, in one transaction.
    await app.query(
      `begin;
       create temporary table swapped on commit drop as select t.id as one, t.slot as first, o.id as other, o.slot as second
         from ${table} t, ${table} o where o.id = t.id + 1 and t.id % 40 = ${remainder * 2};
       update ${table} t set slot = null from swapped s where t.id in (s.one, s.other);
       update ${table} t set slot = s.second from swapped s where t.id = s.one;
       update ${table} t set slot = s.first from swapped s where t.id = s.other;
       commit`,
    )
    // A megabyte that stays while the rest of its row changes.
    await app.query(
      `insert into ${table} (tag, id, slot, ${name('long')}) values ('long', ${++last}, ${last}, repeat('a megabyte of "text"', 50000))`,
    )
    await app.query(
      `update ${table} set ${name('num')} = 'NaN' where id = ${last};
       update ${table} set tag = 'moved' where id = ${last}`,
    )
  }

  /** Verifications have to begin anew after it. */
  async function truncate({ app }: TestDatabase, { heap }: Side): Promise<void> {
    await app.query(
      `begin; insert into ${heap} (word) values ('gone'); truncate ${heap}; insert into ${heap} (word) values ('stays'), (null); commit`,
    )
  }
  return { insert, change, truncate }
}

async function expectEqual({ legacy, service }: Stand): Promise<void> {
  const held = await digests(service, there)
  const wanted = await digests(legacy, here)
  const differing = Object.keys(wanted).filter((column) => wanted[column] !== held[column])
  for (const column of differing.slice(0, 3)) {
    const list = await valuesOf(service, there, column)
    const differs = (await valuesOf(legacy, here, column)).flatMap((text, at) =>
      text === list[at] ? [] : [{ column, wanted: text, held: list[at] }],
    )
    expect(differs.slice(0, 3)).toEqual([])
  }
  expect(held).toEqual(wanted)
  expect(Number(wanted['count'])).toBeGreaterThan(half / 2)
}

const all = ['tag', 'id', 'slot', ...columns]
const textOf = ({ name }: Side, column: string) =>
  `${columns.includes(column) ? name(column) : column}::text`
const ordered = 'order by tag collate "C", id'

/** A digest of each column, of all its texts, and of the table beside it. */
async function digests({ superuser }: TestDatabase, side: Side): Promise<Record<string, string>> {
  const each = all.map(
    (column) => `md5(string_agg(coalesce(md5(${textOf(side, column)}), '-'), '')) as ${column}`,
  )
  // Sorted once, not for each column.
  const { rows } = await superuser.query<Record<string, string>>(
    `select count(*)::text, ${each.join(', ')},
       (select string_agg(h::text, ';' order by id) from ${side.heap} h) as heap
     from (select * from ${side.table} ${ordered}) sorted`,
  )
  return rows[0]!
}

async function valuesOf(
  database: TestDatabase,
  side: Side,
  column: string,
): Promise<(string | null | undefined)[]> {
  const sql = `select ${textOf(side, column)} from ${side.table} ${ordered}`
  return (await texts(database, sql)).map(([text]) => text)
}
