import { databaseConfig } from '../config.ts'
import { createPool } from '../db/pool.ts'
import { dayOf } from '../http/dates.ts'
import { createLog } from '../log.ts'
import { runNightly } from './run-nightly.ts'

const clock = () => new Date()
const log = createLog((line) => console.log(line), clock)
const { databaseUrl } = databaseConfig(process.env)
const pool = createPool({ databaseUrl, size: 1, statementTimeoutMs: 600_000, log })
const failed = await runNightly(pool, log, dayOf(clock()))
await pool.end()
process.exitCode = failed.length > 0 ? 1 : 0
