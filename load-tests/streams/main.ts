import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { cleanServer } from './clean.ts'
import type { Contender, Measures, Round } from './contender.ts'
import { contenders } from './contenders/index.ts'
import { percentile } from './measure.ts'
import { tableSql } from './rows.ts'
import { showTable } from './show.ts'

const { values: given } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: contenders.map(({ name }) => name).join(',') },
    rows: { type: 'string', default: '50000' },
    'lag-seconds': { type: 'string', default: '5' },
    profile: { type: 'string' },
  },
})
const wanted = given.only.split(',')
const unknown = wanted.filter((name) => !contenders.some((contender) => contender.name === name))
if (unknown.length > 0) {
  console.error(
    `There is no contender ${unknown.join(', ')}; there are ${contenders.map(({ name }) => name).join(', ')}.`,
  )
  process.exit(1)
}
/** The last line of standard output is for programs; how it goes is for people. */
const say = (line: string) => console.error(line)
const chosen = contenders.filter(({ name }) => wanted.includes(name))
const seen = new Map<string, Measures[]>(chosen.map(({ name }) => [name, []]))
const failed = new Map<string, string>()

const endMs = 20_000
await using opened = new AsyncDisposableStack()
const end = () => {
  setTimeout(() => process.exit(1), endMs)
  return opened.disposeAsync().finally(() => process.exit(1))
}
let [isInterrupted, isReady] = [false, false]
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  // What a contender started ends with this process; the two servers do not, so they are waited for.
  process.once(name, () => {
    isInterrupted = true
    say(`Ended by ${name}: there are no results.`)
    process.on('uncaughtException', () => {}) // What runs loses its servers now, and nobody wants to know.
    if (isReady) void end()
  })
}
/** A processor is to be the limit, not this machine's disk: nothing is flushed, for nobody. */
const settings = { shared_buffers: '256MB', max_wal_size: '8GB' }
const source = opened.use(await startPostgres({ settings }))
const target = opened.use(await startPostgres({ settings }))
isReady = true
if (isInterrupted) await end()
const folder = mkdtempSync(join(tmpdir(), 'strangler-bench-'))
opened.defer(() => rmSync(folder, { recursive: true, force: true }))
const rounds = Number(given.rounds)
const [load] = loadavg()
if (load! > availableParallelism() / 2) {
  say(
    `Others use this machine (load ${load!.toFixed(1)}): believe processor time, not rates and lag.`,
  )
}
const began = performance.now()
for (let round = 0; round < rounds; round++) {
  // One after the other, and again: what disturbs the machine for a minute disturbs all.
  for (const contender of chosen) {
    if (failed.has(contender.name)) continue
    const minutes = ((performance.now() - began) / 60_000).toFixed(1)
    say(`round ${round + 1} of ${rounds}, after ${minutes} minutes: ${contender.name}`)
    try {
      const measures = await runOnce(contender)
      seen.get(contender.name)!.push(measures)
      say(`  ${JSON.stringify(rounded(measures))}`)
    } catch (error) {
      const { message, stack } = error as Error
      failed.set(contender.name, message.split('\n')[0]!)
      say(`  ${stack}`)
    }
  }
}
const results = chosen.map(({ name }) => {
  const error = failed.get(name)
  if (error !== undefined) return { name, error }
  const measured = seen.get(name)!
  return { name, ...medians(measured), rounds: measured.length }
})
if (!given.json) showTable(results)
console.log(JSON.stringify(results))
if (failed.size > 0) process.exitCode = 1

async function runOnce(contender: Contender): Promise<Measures> {
  await using own = new AsyncDisposableStack()
  const dataDir = mkdtempSync(join(folder, `${contender.name}-`))
  own.defer(() => rmSync(dataDir, { recursive: true, force: true }))
  if (given.profile) mkdirSync(given.profile, { recursive: true })
  const make = async (server: TestPostgres) => {
    const database = await server.createDatabase(tableSql)
    own.defer(() => cleanServer(server, database.name))
    return own.use(database)
  }
  const round: Round = {
    servers: { source, target },
    source: await make(source),
    target: await make(target),
    count: Number(given.rows),
    lagSeconds: Number(given['lag-seconds']),
    dataDir,
    profileDir: given.profile,
    say,
  }
  return await contender.run(round)
}

function medians(all: readonly Measures[]): Measures {
  const names = Object.keys(all[0]!) as (keyof Measures)[]
  const median = (name: keyof Measures) => {
    const values = all.map((one) => one[name]).filter((value) => value !== null)
    return values.length === 0 ? null : percentile(values, 0.5)
  }
  return rounded(
    Object.fromEntries(names.map((name) => [name, median(name)])) as unknown as Measures,
  )
}

function rounded(measures: Measures): Measures {
  const entries = Object.entries(measures) as [string, number | null][]
  return Object.fromEntries(
    entries.map(([name, value]) => {
      if (value === null) return [name, null]
      return [name, name.startsWith('lag') ? Math.round(value * 10) / 10 : Math.round(value)]
    }),
  ) as unknown as Measures
}
