import type { TestDatabase } from '@strangler/local/testing'

/** 200 bytes a row: 8 of key, 4 of number, the rest text. */
export const tableSql =
  'create table rows (id bigint primary key, n int not null, payload text not null)'

/** So many rows a transaction: some of what applications do is one row, a nightly job is thousands. */
export const perTransaction = 100

const row = (id: string, n: string) => `${id}, ${n}, rpad(md5(${id}::text || ${n}), 188, 'x')`

/** Fills an empty table with rows 1 to `count`, as they were long before anything moves. */
export async function seed({ app }: TestDatabase, count: number): Promise<void> {
  await app.query(`insert into rows select ${row('i', '0')} from generate_series(1, ${count}) i`)
  await app.query('analyze rows')
}

/** Inserts the rows after `last`, as fast as the source takes them. */
export async function insertRows({ app }: TestDatabase, last: number, count: number) {
  await inTransactions(app, last, count, (from, to) => {
    return `insert into rows select ${row('i', '0')} from generate_series(${from}, ${to}) i`
  })
}

/** Gives all columns of rows 1 to `count` but the key another value: `n` is what is seen at the target. */
export async function updateRows({ app }: TestDatabase, n: number, count: number) {
  await inTransactions(app, 0, count, (from, to) => {
    return `update rows set (n, payload) = (select n, payload from (select ${row('rows.id', String(n))}) as new (id, n, payload)) where id between ${from} and ${to}`
  })
}

async function inTransactions(
  app: TestDatabase['app'],
  after: number,
  count: number,
  statement: (from: string, to: string) => string,
): Promise<void> {
  await app.query(`do $$ begin
    for at in 0 .. ${Math.ceil(count / perTransaction) - 1} loop
      ${statement(`${after + 1} + at * ${perTransaction}`, `${after} + least((at + 1) * ${perTransaction}, ${count})`)};
      commit;
    end loop;
  end $$`)
}

/** The same on both sides when they hold the same rows. */
export async function digest({ superuser }: TestDatabase): Promise<string> {
  const { rows } = await superuser.query<{ digest: string }>(
    `select count(*) || ' rows, ' || coalesce(sum(hashtextextended(id || ':' || n || ':' || payload, 0)), 0) as digest from rows`,
  )
  return rows[0]!.digest
}
