import { enumerated, table } from '@strangler/core'
import { createStand, type Stand, type StandOptions, texts } from './stand.ts'
import type { TestPostgres } from '@strangler/local/testing'

/** Parents with things, of which the service takes only small ones, with parents that it knows. */
export const things: StandOptions = {
  legacy: `create table parents (id int primary key, name text);
    create table things (
      k text, n int, v int, kind text, parent int references parents on delete cascade, friend int, primary key (k, n))`,
  service: `create table parents (id int primary key, name varchar(10));
    create table things (
      k text, n int, v int constraint small check (v < 100), kind text, parent int references parents on delete cascade,
      friend int references parents, primary key (k, n))`,
  tables: [
    table('parents', { columns: [{ kind: 'cast', legacy: 'name', service: 'name' }] }),
    table('things', { columns: [enumerated('kind', 'kind', { a: 'x', b: 'y' })] }),
  ],
}

export async function synced(postgres: TestPostgres, options = things, rows = ''): Promise<Stand> {
  await using opened = new AsyncDisposableStack()
  const stand = opened.use(await createStand(postgres, options))
  if (rows) await stand.legacy.app.query(rows)
  stand.startWorker()
  await stand.done('sync-start')
  opened.move()
  return stand
}

export const allThings = 'select k, n, v, parent, friend from things order by 1, 2'

/** The letters that wait in the service's database, in their order: kind, keys, why. */
export function letters({ service }: Stand): Promise<(string | null)[][]> {
  return texts(
    service,
    `select kind, array_to_string(key, ' '), array_to_string(new_key, ' '), reason, sqlstate
     from strangler.dead_letter where discarded_at is null order by id`,
  )
}

/** Runs statements at the source, one after the other was dealt with: together they might not be refused. */
export async function write(stand: Stand, ...statements: string[]): Promise<void> {
  for (const sql of statements) {
    await stand.legacy.app.query(sql)
    await stand.caughtUp('forward')
  }
}
