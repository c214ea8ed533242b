import { parseArgs } from 'node:util'
import { createControlPool, loadPlan, migrateControlStore } from '@strangler/core'
import pino from 'pino'
import { readConfig } from './config.ts'
import { createDatabases } from './databases.ts'
import { Worker } from './worker/worker.ts'

const { values } = parseArgs({
  options: { plan: { type: 'string', default: 'migration.plan.ts' } },
})
const now = () => performance.now()

try {
  const config = readConfig(process.env)
  const plan = await loadPlan(values.plan)
  const log = pino({ level: config.LOG_LEVEL, base: { part: 'worker', worker: config.WORKER_ID } })
  await using opened = new AsyncDisposableStack()
  const databases = opened.use(createDatabases(plan, process.env, config.WORKER_ID, now))
  const control = createControlPool(config.CONTROL_URL, `strangler worker ${config.WORKER_ID}`)
  opened.defer(() => control.end())
  await migrateControlStore(control)
  const stopping = new AbortController()
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stopping.abort())
  log.info({ plan: plan.file, slices: [...plan.slices.keys()] }, 'worker ready')
  await new Worker({ id: config.WORKER_ID, plan, control, databases, log, now }).run(
    stopping.signal,
  )
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
