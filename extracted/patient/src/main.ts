import { ConfigError, serviceConfig } from './config.ts'
import { lackingMigrations } from './database/migrations.ts'
import { createPool } from './database/pool.ts'
import { forgetPublished } from './events/outbox.ts'
import { everyDay } from './jobs/every-day.ts'
import { markLate } from './jobs/mark-late.ts'
import { createLog } from './log.ts'
import { dayOf } from './reading/days.ts'
import { listen } from './server.ts'
import { createService } from './service.ts'

const clock = () => new Date()
const log = createLog((line) => console.log(line), clock)

function giveUp(message: string): never {
  console.error(message)
  process.exit(1)
}

function config() {
  try {
    return serviceConfig(process.env)
  } catch (error) {
    if (error instanceof ConfigError) giveUp(error.message)
    throw error
  }
}

const { databaseUrl, poolSize, statementTimeoutMs, jwtSecret, host, port, overdueAt } = config()
const pool = createPool({ databaseUrl, size: poolSize, statementTimeoutMs, log })
const lacking = await lackingMigrations(pool).catch((error: Error) =>
  giveUp(`The database of DATABASE_URL cannot be reached: ${error.message}`),
)
if (lacking.length > 0) {
  giveUp(`The database lacks ${lacking.join(', ')}. Run \`node src/migrate.ts\` first.`)
}

const server = await listen(createService({ pool, log, clock, jwtSecret }), host, port).catch(
  (error: Error) => giveUp(`Cannot listen on ${host}:${port}: ${error.message}`),
)
const stopJob = overdueAt
  ? everyDay(overdueAt, clock, async () => {
      await markLate(pool, log, dayOf(clock()))
      await forgetPublished(pool, log)
    })
  : undefined
log.info('listening', { url: server.url })

let isStopping = false
async function stop(signal: string) {
  if (isStopping) return
  isStopping = true
  log.info('stopping', { signal })
  stopJob?.()
  await server.close()
  await pool.end()
  process.exit(0)
}
process.on('SIGTERM', (signal) => void stop(signal))
process.on('SIGINT', (signal) => void stop(signal))
