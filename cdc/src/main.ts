import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { createControlPool, loadPlan, migrateControlStore } from '@strangler/core'
import pino from 'pino'
import { readConfig } from './config.ts'
import { createDatabases } from './databases.ts'
import { createCaptures } from './log/create.ts'
import { Worker } from './worker/worker.ts'

const { values } = parseArgs({
  options: { plan: { type: 'string', default: 'migration.plan.ts' } },
})
const now = () => performance.now()

try {
  const config = readConfig(process.env)
  const plan = await loadPlan(values.plan)
  // Another run under the same name does not know what this one does, and must not pass for it.
  const id = `${config.WORKER_ID}-${randomBytes(3).toString('hex')}`
  const log = pino({ level: config.LOG_LEVEL, base: { part: 'worker', worker: id } })
  await using opened = new AsyncDisposableStack()
  const databases = opened.use(createDatabases(plan, process.env, id, now))
  const control = createControlPool(config.CONTROL_URL, `strangler worker ${id}`)
  opened.defer(() => control.end())
  const captures = opened.use(createCaptures(plan, process.env, id, log))
  await migrateControlStore(control)
  const stopping = new AbortController()
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stopping.abort())
  log.info({ plan: plan.file, slices: [...plan.slices.keys()] }, 'worker ready')
  const { UNLEASH_URL: url, UNLEASH_TOKEN: token } = config
  const flags = url !== undefined && token !== undefined ? { url, token } : undefined
  await new Worker({ id, plan, control, databases, captures, log, now, flags }).run(stopping.signal)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
