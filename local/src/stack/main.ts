import { join, relative, resolve } from 'node:path'
import { Supervisor } from '../system/supervisor.ts'
import { startStack } from './stack.ts'

const parent = process.ppid
const stopping = Promise.withResolvers<void>()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stopping.resolve)
setInterval(() => {
  if (process.ppid !== parent) stopping.resolve()
}, 500).unref()

/** What a program reads of this is on standard output; all else is for people. */
const say = (line: string) => console.error(line)

try {
  const dataDir = join(resolve(process.env['DATA_DIR'] || '.petsphere'), 'stack')
  await using supervisor = new Supervisor({ say })
  say('Kafka, Kafka Connect with Debezium, and Redis:')
  const starting = startStack({ dataDir, supervisor, say, environment: process.env })
  const first = await Promise.race([starting, stopping.promise])
  if (!first) say('Stopping as soon as what has begun has started.')
  const { brokers, connectUrl, redisUrl } = await starting
  if (first) {
    console.log(`KAFKA_BROKERS=${brokers}\nCONNECT_URL=${connectUrl}\nREDIS_URL=${redisUrl}`)
    const folder = relative(process.cwd(), dataDir)
    say(
      `Ctrl-C stops them; their data and logs stay in ${folder.startsWith('..') ? dataDir : folder}.`,
    )
    await stopping.promise
    say('stopping')
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
process.exit()
