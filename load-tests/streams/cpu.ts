import { readdirSync, readFileSync } from 'node:fs'
import type { TestPostgres } from '@strangler/local/testing'
import pg from 'pg'

/** A hundredth of a second: what Linux counts in, on every platform that Node runs on. */
const tickMicros = 10_000

/** Processor time that processes took until now, in microseconds. On a busy machine it says more than a clock. */
export function cpuOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + (statOf(pid)?.own ?? 0), 0) * tickMicros
}

/** The same of a database server with everything that it does, sessions that ended included. */
export function serverCpu(postmaster: number): number {
  let ticks = statOf(postmaster)?.withEnded ?? 0
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : undefined
    if (stat?.parent === postmaster) ticks += stat.own
  }
  return ticks * tickMicros
}

/** The process that all of a server's others come from. */
export async function postmasterOf(server: TestPostgres): Promise<number> {
  const client = new pg.Client({ connectionString: server.url('postgres') })
  await client.connect()
  try {
    const { rows } = await client.query<{ file: string }>(
      "select pg_read_file('postmaster.pid') as file",
    )
    return Number(rows[0]!.file.split('\n')[0])
  } finally {
    await client.end()
  }
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function statOf(pid: number) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // After the name, which may hold anything: the state is field 3.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const field = (number: number) => Number(fields[number - 3])
    const own = field(14) + field(15)
    return { parent: field(4), own, withEnded: own + field(16) + field(17) }
  } catch {
    return undefined // It has just ended, or this is not Linux.
  }
}
