import { readFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { startObserving } from '@strangler/core'
import { startPostgres } from '@strangler/local/testing'
import type pg from 'pg'

/*
 * What observing costs who writes: the same sessions write the same tables in turns, observed and not, each statement
 * a transaction of its own unless it says otherwise. Unless `--flush` is given nothing is
 * flushed to disk, which would hide the cost.
 */

const { values: given } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    statements: { type: 'string', default: '2000' },
    sessions: { type: 'string', default: '4' },
    flush: { type: 'boolean', default: false },
  },
})
const [rounds, statements, count] = [given.rounds, given.statements, given.sessions].map(Number)

type Write = (session: pg.Client, at: number, prefix: string) => Promise<unknown>
const key = (at: number) => (at % 1000) + 1

const writes: Readonly<Record<string, Write>> = {
  'update with parameters': (session, at, prefix) =>
    session.query({
      name: `${prefix} update`,
      text: `update ${prefix}_pets set name = $1, weight = $2 where id = $3`,
      values: [`pet ${at}`, at, key(at)],
    }),
  'insert with parameters': (session, at, prefix) =>
    session.query({
      name: `${prefix} insert`,
      text: `insert into ${prefix}_visits (pet, note, cost) values ($1, $2, $3)`,
      values: [key(at), 'all is well', at],
    }),
  'update with literals': (session, at, prefix) =>
    session.query(
      `update ${prefix}_pets set name = 'pet ${at}', weight = ${at} where id = ${key(at)}`,
    ),
  'transaction of three statements': async (session, at, prefix) => {
    await session.query('begin')
    await session.query(`update ${prefix}_pets set weight = $1 where id = $2`, [at, key(at)])
    await session.query(`insert into ${prefix}_visits (pet, note, cost) values ($1, $2, $3)`, [
      key(at),
      '',
      at,
    ])
    await session.query('commit')
  },
}

const settings = {
  shared_buffers: '256MB',
  max_wal_size: '8GB',
  ...(given.flush && { fsync: 'on' }),
}
await using postgres = await startPostgres({ settings })
await using database = await postgres.createDatabase(`
  create table plain_pets (id int primary key, name text, weight int) with (fillfactor = 50);
  create table plain_visits (id bigint generated always as identity primary key, pet int, note text, cost int);
  insert into plain_pets select n, 'pet', 0 from generate_series(1, 1000) n;
  create table observed_pets (like plain_pets including all);
  create table observed_visits (like plain_visits including all);
  insert into observed_pets table plain_pets`)
const scope = {
  slice: 'pets',
  tables: ['observed_pets', 'observed_visits'].map((name) => ({ schema: 'public', name })),
  applier: database.roles.applier,
  owner: '',
}
const sessions: pg.Client[] = []
const pids: number[] = []
for (let at = 0; at < count!; at++) {
  const session = await database.connect()
  sessions.push(session)
  pids.push((await session.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]!.pid)
}

await startObserving(database.coordinator, scope, { budgetMs: 10_000 })
const turns = ['plain', 'observed'] as const
const seen = new Map<string, Record<(typeof turns)[number], Turn[]>>()
for (let round = 0; round <= rounds!; round++) {
  for (const [name, write] of Object.entries(writes)) {
    const own = seen.get(name) ?? { plain: [], observed: [] }
    seen.set(name, own)
    for (const turn of round % 2 === 0 ? turns : turns.toReversed()) {
      const measured = await measure(write, turn)
      if (round > 0) own[turn].push(measured)
    }
  }
}

interface Turn {
  readonly perSecond: number
  /** Processor time of one write: the sessions' in the server, and this client's. */
  readonly serverMicros: number
  readonly clientMicros: number
}

async function measure(write: Write, prefix: string): Promise<Turn> {
  const each = Math.ceil(statements! / sessions.length)
  const [start, server, client] = [performance.now(), serverTime(), process.cpuUsage()]
  await Promise.all(
    sessions.map(async (session, number) => {
      for (let at = 0; at < each; at++) await write(session, at * sessions.length + number, prefix)
    }),
  )
  const all = each * sessions.length
  const { user, system } = process.cpuUsage(client)
  return {
    perSecond: (all * 1000) / (performance.now() - start),
    serverMicros: (serverTime() - server) / all,
    clientMicros: (user + system) / all,
  }
}

/** In microseconds, of all sessions, as Linux counts it. */
function serverTime(): number {
  const times = pids.map((pid) =>
    Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]),
  )
  return times.reduce((sum, time) => sum + time, 0) / 1000
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}

const results = [...seen].map(([writing, { plain, observed }]) => {
  const middle = (turns: readonly Turn[], key: keyof Turn) => median(turns.map((turn) => turn[key]))
  // Two turns that follow each other meet the machine in about the same state.
  const cost = (work: (turn: Turn) => number) =>
    Number(median(plain.map((turn, at) => 100 * (1 - work(turn) / work(observed[at]!)))).toFixed(1))
  return {
    writing,
    plainPerSecond: Math.round(middle(plain, 'perSecond')),
    observedPerSecond: Math.round(middle(observed, 'perSecond')),
    costPercent: cost(({ perSecond }) => 1 / perSecond),
    processorCostPercent: cost(({ serverMicros, clientMicros }) => serverMicros + clientMicros),
    plainServerMicros: Math.round(middle(plain, 'serverMicros')),
    observedServerMicros: Math.round(middle(observed, 'serverMicros')),
    clientMicros: Math.round(middle(plain, 'clientMicros')),
  }
})
console.table(results)
console.log(JSON.stringify({ processors: availableParallelism(), load: loadavg()[0], results }))
