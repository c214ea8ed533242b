import { databaseConfig } from '../config.ts'
import { createPool } from '../database/pool.ts'
import { createLog } from '../log.ts'
import { dayOf } from '../reading/days.ts'
import { markLate } from './mark-late.ts'

const clock = () => new Date()
const log = createLog((line) => console.log(line), clock)
const { databaseUrl } = databaseConfig(process.env)
const pool = createPool({ databaseUrl, size: 1, statementTimeoutMs: 600_000, log })
const worked = await markLate(pool, log, dayOf(clock()))
await pool.end()
process.exitCode = worked ? 0 : 1
