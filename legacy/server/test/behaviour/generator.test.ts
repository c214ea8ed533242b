import { afterAll, beforeAll, expect, test } from 'vitest'
import { copyIn } from '../../src/seed/copy-in.ts'
import { seed } from '../../src/seed/seed.ts'
import { sizes } from '../../src/seed/world.ts'
import { connect, Postgres } from '../harness/postgres.ts'
import { run } from '../harness/process.ts'

let postgres: Postgres
let seeded: string

beforeAll(async () => {
  postgres = await Postgres.open()
  seeded = await postgres.seededDatabase('seeded')
})

afterAll(() => postgres[Symbol.asyncDispose]())

/** A digest of all rows of all tables. */
async function digests(url: string): Promise<Map<string, string>> {
  const tables = await postgres.sql<{ name: string }>(
    url,
    `select tablename as name from pg_tables
     where schemaname = 'public' and tablename <> 'schema_migrations' order by 1`,
  )
  const result = new Map<string, string>()
  for (const { name } of tables) {
    const [row] = await postgres.sql<{ digest: string }>(
      url,
      `select count(*) || ' ' || coalesce(md5(string_agg(t::text, '' order by t::text)), '') as digest
       from ${name} t`,
    )
    result.set(name, row!.digest)
  }
  return result
}

const one = async (statement: string) => (await postgres.sql(seeded, statement))[0]

test('the same seed makes the same rows in another database', async () => {
  const again = await postgres.seededDatabase('seeded_again')
  expect(await digests(again)).toEqual(await digests(seeded))
})

test('another seed, or another day, makes others', async () => {
  const other = await postgres.migratedDatabase('other_seed')
  await seed({ databaseUrl: other, size: 'small', seed: 2, bcryptCost: 4 })
  const later = await postgres.migratedDatabase('other_day')
  await seed({ databaseUrl: later, size: 'small', today: '2025-06-03', bcryptCost: 4 })
  const digest = (await digests(seeded)).get('vaccinations')
  expect((await digests(other)).get('vaccinations')).not.toBe(digest)
  expect((await digests(later)).get('vaccinations')).not.toBe(digest)
})

test('visits lie within the hours that their vets work', async () => {
  const outside = `select a.id from appointments a join clinics c on c.id = a.clinic_id
    where not exists (
      select 1 from staff_schedules s
      where s.vet_id = a.vet_id and s.clinic_id = a.clinic_id
        and s.weekday = extract(isodow from lower(a.during) at time zone c.timezone)
        and (lower(a.during) at time zone c.timezone)::time >= s.starts
        and (upper(a.during) at time zone c.timezone)::time <= s.ends)`
  expect(await postgres.sql(seeded, outside)).toEqual([])
})

test('pets that are seen at a clinic have owners there', async () => {
  const elsewhere = `select a.id from appointments a
    join pets p on p.id = a.pet_id join owners o on o.id = p.owner_id
    where o.clinic_id <> a.clinic_id`
  expect(await postgres.sql(seeded, elsewhere)).toEqual([])
})

test('what is in stock is what came and went, and at no time was there less than nothing', async () => {
  const wrong = `select i.id from inventory_items i
    where on_hand <> (select coalesce(sum(quantity), 0) from stock_movements m where m.item_id = i.id)`
  const below = `select id from (
      select id, sum(quantity) over (partition by item_id order by at, id) as stock
      from stock_movements
    ) running where stock < 0`
  expect(await postgres.sql(seeded, wrong)).toEqual([])
  expect(await postgres.sql(seeded, below)).toEqual([])
  const used = "select id from stock_movements where kind = 'used'"
  expect((await postgres.sql(seeded, used)).length).toBeGreaterThan(50)
})

test('each visit that was completed has its record, and took out of stock what it says', async () => {
  const without = `select id from appointments a where status = 'completed'
    and not exists (select 1 from medical_records r
      where r.appointment_id = a.id and r.pet_id = a.pet_id and r.vet_id = a.vet_id)`
  const given = `select r.appointment_id, t.item_id, t.quantity from treatments t
    join medical_records r on r.id = t.record_id
    where t.item_id is not null and r.appointment_id is not null order by 1, 2, 3`
  const taken = `select appointment_id, item_id, -quantity as quantity from stock_movements
    where kind = 'used' order by 1, 2, 3`
  expect(await postgres.sql(seeded, without)).toEqual([])
  expect(await postgres.sql(seeded, taken)).toEqual(await postgres.sql(seeded, given))
})

test('values that are hard to carry are among the rows', async () => {
  expect(
    await one(`select
      bool_or(notes = '') as empty, bool_or(notes is null) as missing,
      bool_or(full_name like '%  %') as "double space", bool_or(full_name not like '% %') as "one word",
      bool_or(full_name ~ '[^[:ascii:]]') as unicode, bool_or(address -> '' is not null) as "empty key"
      from owners`),
  ).toEqual({
    empty: true,
    missing: true,
    'double space': true,
    'one word': true,
    unicode: true,
    'empty key': true,
  })
  expect(
    await one(`select max(weight_kg) as most, min(weight_kg) as least,
      max(insurance_limit) as limit, count(deleted_at) > 0 as deleted from pets`),
  ).toEqual({ most: '999.999', least: '0.001', limit: '9999999999.99', deleted: true })
})

test('long notes are stored out of line', async () => {
  expect(
    await one(`select pg_relation_size(reltoastrelid) > 8192 as toasted
      from pg_class where relname = 'owners'`),
  ).toEqual({ toasted: true })
})

test('timestamps use their microseconds', async () => {
  expect(
    await one(`select count(*) > 0 as fine from owners
      where extract(microseconds from created_at)::integer % 1000 <> 0`),
  ).toEqual({ fine: true })
})

test('the next rows get ids of their own, and triggers work again', async () => {
  await postgres.sql(seeded, "update pets set name = 'Renamed' where id = 1")
  await postgres.sql(
    seeded,
    "insert into vaccinations (pet_id, vaccine, due_on, status) values (1, 'x', '2030-01-01', 'due')",
  )
  const [audited] = await postgres.sql(
    seeded,
    "select change from audit_log where table_name = 'pets' and row_key = '1'",
  )
  expect(audited).toEqual({ change: { name: expect.objectContaining({ to: 'Renamed' }) } })
})

test('a database with data is refused, or left alone if asked', async () => {
  const env = { DATABASE_URL: seeded, BCRYPT_COST: '4' }
  await using refused = run('seed/main.ts', env, '--size', 'small')
  expect(await refused.exited()).toBe(1)
  expect(refused.output()).toContain('has clinics already; nothing was changed')
  await using content = run('seed/main.ts', env, '--size', 'small', '--if-empty')
  expect(await content.exited()).toBe(0)
})

test('a database without the schema is told what to run', async () => {
  const url = await postgres.emptyDatabase('bare')
  await using program = run('seed/main.ts', { DATABASE_URL: url }, '--if-empty')
  expect(await program.exited()).toBe(1)
  expect(program.output()).toContain('Run `node src/migrate.ts` first')
})

/** Large but for how many there are: two clinics and a year of their work. */
const large = {
  ...sizes.large,
  clinics: 2,
  vetsPerClinic: 1,
  ownerLoginsPerClinic: 2,
  owners: 300,
  pets: 450,
  attachments: 20,
}

test('in the large size nothing happens to an animal before its birth, and most rows are vaccinations', async () => {
  const url = await postgres.migratedDatabase('large')
  const heard = new Map<string, number>()
  const counts = await seed({
    databaseUrl: url,
    size: large,
    bcryptCost: 4,
    note: (rows, table) => heard.set(table, (heard.get(table) ?? 0) + rows),
  })
  expect(heard).toEqual(counts)
  const unborn = `select 'vaccination' as what from vaccinations v join pets p on p.id = v.pet_id
      where v.given_on < p.birth_date::date + 56
    union all select 'visit' from appointments a join pets p on p.id = a.pet_id
      where lower(a.during)::date < p.birth_date::date
    union all select 'record' from medical_records r join pets p on p.id = r.pet_id
      where r.visited_on < p.birth_date::date`
  expect(await postgres.sql(url, unborn)).toEqual([])
  const [{ shortest, longest, each } = {}] = await postgres.sql(
    url,
    `select min(apart) as shortest, max(apart) as longest, (select count(*)::real / 450 from vaccinations) as each
     from (select given_on - lag(given_on) over (partition by pet_id, vaccine order by given_on) as apart
       from vaccinations) between_two`,
  )
  // A year, and up to three weeks early.
  expect(shortest).toBeGreaterThanOrEqual(365 - 20)
  expect(longest).toBeLessThanOrEqual(365 + 20)
  expect(each).toBeGreaterThan(12)
})

test('a row that cannot be made, or is refused, ends a copy with that, and nothing of it stays', async () => {
  const url = await postgres.emptyDatabase('copies')
  await using connection = await connect(url)
  const { client } = connection
  await client.query('create table numbers (n integer primary key)')
  const sql = 'copy numbers from stdin'
  function* broken() {
    yield '1\n'
    throw new Error('no more numbers')
  }
  await expect(copyIn(client, sql, broken())).rejects.toThrow('no more numbers')
  await expect(copyIn(client, sql, ['1\n', '1\n'])).rejects.toThrow('duplicate key')
  await expect(copyIn(client, 'copy nowhere from stdin', ['1\n'])).rejects.toThrow('nowhere')
  await copyIn(client, sql, ['1\n', '2\n'])
  expect((await client.query('select n from numbers')).rows).toEqual([{ n: 1 }, { n: 2 }])
})
