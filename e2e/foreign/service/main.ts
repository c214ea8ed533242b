import { closeOnSignal, serve, setting } from '../http.ts'
import { createService } from './app.ts'
import { createIdentity } from './identity.ts'
import { openStore } from './store.ts'

const port = Number(setting('PORT'))
const monolith = setting('MONOLITH_URL')
const store = openStore(setting('DATABASE_URL'))
const identity = createIdentity({ monolith, now: () => performance.now() })
const running = await serve(
  createService({ store, identity }),
  port,
  process.env['HOST'] ?? '127.0.0.1',
)
closeOnSignal(running, () => store.close())
console.log(`parcel listens on ${running.url}`)
