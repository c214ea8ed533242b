// Ends with 0 while a worker called WORKER_ID coordinates: it holds the lease and renews it. A worker has no port
// that could be asked.
import { createControlPool, readLease } from '@strangler/core'

const control = createControlPool(process.env['CONTROL_URL']!, 'strangler health')
try {
  const lease = await readLease(control)
  const isOurs = lease?.holder.startsWith(`${process.env['WORKER_ID']}-`) === true
  if (!lease?.live || !isOurs) {
    console.error(
      lease ? `${lease.holder} has the lease, live: ${lease.live}` : 'nobody has the lease',
    )
    process.exitCode = 1
  }
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
} finally {
  await control.end()
}
