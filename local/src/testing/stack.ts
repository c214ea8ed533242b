import { beforeAll, beforeEach, inject } from 'vitest'
import { missingForStack } from '../stack/java.ts'
import { allParts, type Stack, type StackPart } from '../stack/stack.ts'

/** What a test file has to look at before it uses the stack in a `beforeAll`, which is run although all is skipped. */
interface Missing {
  /** Why the file's tests are skipped. */
  readonly missing: string | undefined
}

/**
 * Kafka, Connect and Redis for a test file, shared with all other files of the run: names of topics,
 * connectors and keys have to be a test's own. Without Java or Maven the file's tests are skipped.
 *
 * ```ts
 * const stack = useStack()
 *
 * test('...', async () => {
 *   const kafka = new Kafka({ brokers: [stack.brokers] })
 * })
 * ```
 */
export function useStack(): Stack & Missing {
  return use(allParts)
}

/** Redis alone, which takes no time to start. */
export function useRedis(): Pick<Stack, 'redisUrl'> & Missing {
  return use(['redis'])
}

function use(parts: readonly StackPart[]): Stack & Missing {
  const missing = missingHere(parts)
  let addresses: Record<string, string> = {}
  beforeAll(async () => {
    if (missing === undefined) addresses = await ask(parts)
  }, 300_000)
  beforeEach(({ skip }) => {
    if (missing !== undefined) skip(missing)
  })
  const address = (name: string): string => {
    if (addresses[name] === undefined) throw new Error(`${name} is known in hooks and tests only.`)
    return addresses[name]
  }
  return {
    missing,
    get brokers() {
      return address('KAFKA_BROKERS')
    },
    get connectUrl() {
      return address('CONNECT_URL')
    },
    get redisUrl() {
      return address('REDIS_URL')
    },
  }
}

const elsewhere = { kafka: 'KAFKA_BROKERS', connect: 'CONNECT_URL', redis: 'REDIS_URL' } as const

function missingHere(parts: readonly StackPart[]): string | undefined {
  return parts.every((part) => process.env[elsewhere[part]]) ? undefined : missingForStack()
}

async function ask(parts: readonly StackPart[]): Promise<Record<string, string>> {
  const query = new URLSearchParams(parts.map((part): [string, string] => ['part', part]))
  const response = await fetch(`${inject('stackServer')}/?${query.toString()}`)
  const answer = (await response.json()) as Record<string, string>
  if (response.status !== 200) throw new Error(answer['message'])
  return answer
}
