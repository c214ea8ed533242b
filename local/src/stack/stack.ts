import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../system/ports.ts'
import type { Supervisor } from '../system/supervisor.ts'
import { connectPart } from './connect.ts'
import { fetchPiece, type Piece } from './fetch.ts'
import { kafkaPart } from './kafka.ts'
import { redisPart } from './redis.ts'

/** What the stack consists of; also what the supervisor calls it. */
export type StackPart = 'kafka' | 'connect' | 'redis'

export interface StackOptions {
  /** Keeps what was written, so that a later start finds it. */
  readonly dataDir: string
  /** Starts again what dies, and ends everything. */
  readonly supervisor: Supervisor
  /** Tells a person what is fetched. */
  say(line: string): void
  /** All, when not given. Connect needs Kafka. */
  readonly parts?: readonly StackPart[]
  /** What Connect can do. */
  readonly plugins?: readonly Piece[]
  /** Where it says that a part runs elsewhere, that one is used: `KAFKA_BROKERS`, `CONNECT_URL`, `REDIS_URL`. */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/** Where the parts are; those that were not asked for are empty. */
export interface Stack {
  /** `host:port`, several with commas between them. */
  readonly brokers: string
  readonly connectUrl: string
  readonly redisUrl: string
}

export const allParts: readonly StackPart[] = ['kafka', 'connect', 'redis']

/** Fetches what is missing and starts Kafka, Connect and Redis, as far as the environment does not have them. */
export async function startStack({
  dataDir,
  supervisor,
  say,
  parts = allParts,
  plugins = ['debezium-postgres'],
  environment = {},
}: StackOptions): Promise<Stack> {
  mkdirSync(dataDir, { recursive: true })
  const elsewhere = {
    kafka: environment['KAFKA_BROKERS'] || undefined,
    connect: environment['CONNECT_URL'] || undefined,
    redis: environment['REDIS_URL'] || undefined,
  }
  const address = async (part: StackPart, start: () => Promise<string>) =>
    parts.includes(part) ? (elsewhere[part] ?? (await start())) : ''

  const startKafka = async () => {
    const [port, controllerPort] = [await freePort(), await freePort()]
    const jars = join(await fetchPiece('kafka', say), 'files')
    await supervisor.start(kafkaPart({ jars, dataDir, port, controllerPort }))
    return `127.0.0.1:${port}`
  }
  const startConnect = async (brokers: string) => {
    if (!brokers) throw new Error('Connect cannot start without Kafka.')
    const port = await freePort()
    const jars = join(await fetchPiece('kafka', say), 'files')
    const folders: string[] = []
    for (const plugin of plugins) folders.push(await fetchPiece(plugin, say))
    await supervisor.start(connectPart({ jars, plugins: folders, dataDir, port, brokers }))
    return `http://127.0.0.1:${port}`
  }
  const startRedis = async () => {
    const port = await freePort()
    const programs = join(await fetchPiece('redis', say), 'files')
    await supervisor.start(redisPart({ programs, dataDir, port }))
    return `redis://127.0.0.1:${port}`
  }

  const redisUrl = await address('redis', startRedis)
  const brokers = await address('kafka', startKafka)
  const connectUrl = await address('connect', () => startConnect(brokers))
  return { brokers, connectUrl, redisUrl }
}
