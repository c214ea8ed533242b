import type { Contender, Round } from '../contender.ts'
import { measurePipeline } from '../measure.ts'
import { runProgram } from '../run-program.ts'
import { startWorker } from '../worker.ts'

/** Our worker, which reads Postgres' log itself. */
export const pgoutput: Contender = {
  name: 'pgoutput',
  async run(round) {
    await using opened = new AsyncDisposableStack()
    const worker = await startWorker(round, opened, 'pgoutput')
    return await measurePipeline(round, async () => {
      const settled = await worker.sync()
      return {
        settled,
        pids: () => [worker.pid() ?? 0],
        captureRate: (write) => captureRate(round, write),
      }
    })
  },
}

/** From a slot of its own that has all rows waiting. */
async function captureRate({ source, count }: Round, write: () => Promise<void>): Promise<number> {
  const name = `bench_capture_${source.name}`
  await source.superuser.query(`create publication ${name} for table rows`)
  await source.superuser.query("select pg_create_logical_replication_slot($1, 'pgoutput')", [name])
  await write()
  const args = [source.url('applier'), name, name, String(count)]
  const { rowsPerSecond } = await runProgram<{ rowsPerSecond: number }>('capture', args)
  await source.superuser.query('select pg_drop_replication_slot($1)', [name])
  return rowsPerSecond
}
