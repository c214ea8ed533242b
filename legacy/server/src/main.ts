import { existsSync } from 'node:fs'
import { createApp } from './app.ts'
import { ConfigError, serverConfig } from './config.ts'
import { missingMigrations } from './db/migrations.ts'
import { createPool } from './db/pool.ts'
import { dayOf } from './http/dates.ts'
import { daily } from './jobs/schedule.ts'
import { runNightly } from './jobs/run-nightly.ts'
import { createLog } from './log.ts'
import { createMailer } from './mail/mailer.ts'
import { createLive } from './notifications/live.ts'
import { listen } from './server.ts'

const clock = () => new Date()
const log = createLog((line) => console.log(line), clock)

function giveUp(message: string): never {
  console.error(message)
  process.exit(1)
}

function readConfig() {
  try {
    return serverConfig(process.env)
  } catch (error) {
    if (error instanceof ConfigError) giveUp(error.message)
    throw error
  }
}

const config = readConfig()
const pool = createPool({
  databaseUrl: config.databaseUrl,
  size: config.poolSize,
  statementTimeoutMs: config.statementTimeoutMs,
  log,
})
const missing = await missingMigrations(pool).catch((error: Error) =>
  giveUp(`The database of DATABASE_URL cannot be reached: ${error.message}`),
)
if (missing.length > 0) {
  giveUp(`The database lacks ${missing.join(', ')}. Run \`node src/migrate.ts\` first.`)
}

const clientDir = existsSync(config.clientDir) ? config.clientDir : undefined
if (!clientDir) log.info('no client to serve', { CLIENT_DIR: config.clientDir })
const { jwtSecret, bcryptCost } = config
const mailer = createMailer({ url: config.smtpUrl, from: config.mailFrom, log })
const live = createLive({ jwtSecret, clock })
const application = createApp({ pool, log, clock, jwtSecret, bcryptCost, mailer, live }, clientDir)
const server = await listen(application, live.upgrade, config.host, config.port).catch(
  (error: Error) => giveUp(`Cannot listen on ${config.host}:${config.port}: ${error.message}`),
)
const stopNightly = config.nightlyAt
  ? daily(config.nightlyAt, clock, () => runNightly(pool, log, dayOf(clock())))
  : () => {}
log.info('listening', { url: server.url })

let stopping = false
async function stop(signal: string) {
  if (stopping) return
  stopping = true
  log.info('stopping', { signal })
  stopNightly()
  live.close()
  await server.close()
  mailer.close()
  await pool.end()
  process.exit(0)
}
process.on('SIGTERM', (signal) => void stop(signal))
process.on('SIGINT', (signal) => void stop(signal))
