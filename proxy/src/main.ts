import { parseArgs } from 'node:util'
import { loadPlan } from '@strangler/core'
import pino from 'pino'
import { readConfig } from './config.ts'
import { startProxy } from './proxy.ts'

const { values } = parseArgs({
  options: { plan: { type: 'string', default: 'migration.plan.ts' } },
})

try {
  const config = readConfig(process.env)
  const plan = await loadPlan(values.plan)
  const log = pino({ level: config.LOG_LEVEL, base: { part: 'proxy', proxy: config.PROXY_ID } })
  const proxy = await startProxy(plan, config, process.env, log)
  log.info({ url: proxy.url, admin: proxy.adminUrl }, 'proxy ready')
  let stopping = false
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      if (stopping) return
      stopping = true
      void proxy[Symbol.asyncDispose]().then(() => process.exit(0))
    })
  }
} catch (error) {
  const { code, port } = error as { code?: string; port?: number }
  const taken =
    code === 'EADDRINUSE'
      ? `The proxy cannot start: port ${port} is taken. Set PORT or ADMIN_PORT to a free one.`
      : undefined
  console.error(taken ?? (error instanceof Error ? error.message : error))
  process.exitCode = 1
}
