import { fileURLToPath } from 'node:url'
import { ask, readRequest, readSlice } from '@strangler/core'
import { type Stack, Supervisor, workerPart } from '@strangler/local'
import { createTestControlStore, type TestDatabase } from '@strangler/local/testing'
import type { Round } from './contender.ts'
import { until } from './until.ts'

export interface RunningWorker {
  pid(): number | undefined
  /**
   * Syncs the slice; resolves when its rows are copied and its streams run, to something that waits until they are
   * verified too.
   */
  sync(): Promise<() => Promise<void>>
  /** Ends it at once, so that nothing it would tidy up is tidied. */
  kill(): Promise<void>
  startAgain(): Promise<void>
}

/** Our worker in a process of its own, as it runs for real. */
export async function startWorker(
  { servers, source, target, dataDir, profileDir, say }: Round,
  opened: AsyncDisposableStack,
  log: 'pgoutput' | Stack,
): Promise<RunningWorker> {
  const streams =
    log === 'pgoutput'
      ? { STREAMS_LOG: log }
      : { STREAMS_LOG: 'debezium', KAFKA_BROKERS: log.brokers, CONNECT_URL: log.connectUrl }
  const control = opened.use(await createTestControlStore(servers.target))
  const part = workerPart({
    plan: fileURLToPath(new URL('migration.plan.ts', import.meta.url)),
    environment: {
      ...urls('LEGACY', source),
      ...urls('SERVICE', target),
      CONTROL_URL: control.url,
      LOG_LEVEL: 'warn',
      ...(profileDir && { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profileDir}` }),
      ...streams,
    },
    dataDir,
  })
  let supervisor = new Supervisor({ say })
  opened.defer(() => supervisor[Symbol.asyncDispose]())
  await supervisor.start(part)
  return {
    pid: () => supervisor.running('worker')?.process.pid,
    async sync() {
      const slices = ['bench']
      const wanted = {
        kind: 'sync-start',
        slices,
        arguments: {},
        requestedBy: 'a benchmark',
      } as const
      const { id } = await ask(control.pool, wanted)
      await until('the slice is synced', async () => {
        const { state, result } = (await readRequest(control.pool, id))!
        if (state === 'failed' || state === 'refused') throw new Error(JSON.stringify(result))
        return (await readSlice(control.pool, 'bench'))?.sync === 'streaming'
      })
      return () =>
        until('the slice is verified', async () => {
          const { state, result } = (await readRequest(control.pool, id))!
          if (state === 'failed' || state === 'refused') throw new Error(JSON.stringify(result))
          return state === 'done'
        })
    },
    async kill() {
      const stopped = supervisor[Symbol.asyncDispose]()
      supervisor.running('worker')?.process.kill('SIGKILL')
      await stopped
    },
    async startAgain() {
      supervisor = new Supervisor({ say })
      await supervisor.start(part)
    },
  }
}

function urls(name: string, database: TestDatabase): Record<string, string> {
  return {
    [`${name}_COORDINATOR_URL`]: database.url('coordinator'),
    [`${name}_APPLIER_URL`]: database.url('applier'),
    [`${name}_READER_URL`]: database.url('reader'),
  }
}
