import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { allParts, type Stack, startStack, type StackPart } from '../stack/stack.ts'
import { Supervisor } from '../system/supervisor.ts'
import { scratchInMemory } from './scratch.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where test files ask for parts of the stack that all of them share. */
    readonly stackServer: string
  }
}

/**
 * Kafka, Connect and Redis take long to start and much memory, so all test files of a run share one of each.
 * They run in processes of their own, so they ask here; what nobody asks for is not started.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Kafka and Connect are stopped before it pays to compile them thoroughly: that was a third of their work.
  process.env['JDK_JAVA_OPTIONS'] ??= '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC'
  const scratch = process.env['TMPDIR'] === undefined ? scratchInMemory() : undefined
  if (scratch !== undefined) process.env['TMPDIR'] = scratch
  const shared = createShared()
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url!, 'http://localhost')
    const parts = searchParams.getAll('part') as StackPart[]
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    shared.have(parts).then(
      (stack) => answer(200, stack),
      (error: Error) => answer(500, { message: error.message }),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  project.provide('stackServer', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  return async () => {
    server.close()
    await shared.end()
    if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true })
  }
}

function createShared() {
  const opened = new AsyncDisposableStack()
  const starting = new Map<StackPart, Promise<string>>()
  const names = { kafka: 'KAFKA_BROKERS', connect: 'CONNECT_URL', redis: 'REDIS_URL' } as const
  let base: { dataDir: string; supervisor: Supervisor } | undefined
  const say = (line: string) => console.log(`stack: ${line}`)

  const prepare = () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'strangler-stack-'))
    opened.defer(() => rmSync(dataDir, { recursive: true, force: true }))
    return { dataDir, supervisor: opened.use(new Supervisor({ say })) }
  }
  const start = async (part: StackPart): Promise<string> => {
    base ??= prepare()
    const environment = { ...process.env }
    if (part === 'connect') environment['KAFKA_BROKERS'] = await have('kafka')
    const parts = part === 'connect' ? (['kafka', 'connect'] as const) : [part]
    const stack = await startStack({ ...base, say, parts, environment })
    return addressOf(stack, part)
  }
  /** One start for all who ask at once; a start that failed is not tried again for each file. */
  const have = (part: StackPart): Promise<string> => {
    const known = starting.get(part) ?? start(part)
    starting.set(part, known)
    return known
  }
  return {
    async have(parts: readonly StackPart[]): Promise<Record<string, string>> {
      const addresses: Record<string, string> = {}
      for (const part of allParts) {
        if (parts.includes(part)) addresses[names[part]] = await have(part)
      }
      return addresses
    },
    async end(): Promise<void> {
      await Promise.allSettled(starting.values())
      await opened.disposeAsync()
    },
  }
}

function addressOf(stack: Stack, part: StackPart): string {
  return { kafka: stack.brokers, connect: stack.connectUrl, redis: stack.redisUrl }[part]
}
