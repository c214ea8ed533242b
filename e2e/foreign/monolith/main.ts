import { closeOnSignal, serve, setting } from '../http.ts'
import { createMonolith } from './app.ts'
import { createPool } from './database.ts'

const port = Number(setting('PORT'))
const pool = createPool(setting('DATABASE_URL'))
const running = await serve(createMonolith(pool), port, process.env['HOST'] ?? '127.0.0.1')
closeOnSignal(running, () => pool.end())
console.log(`depot listens on ${running.url}`)
