import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createControlPool, readLease } from '@strangler/core'
import type { Part } from './part.ts'
import { answersAt, program } from './program.ts'

export interface ToolkitOptions {
  /** The plan's file. */
  readonly plan: string
  /** What the plan and the processes take from the environment; CONTROL_URL and ADMIN_TOKEN among it. */
  readonly environment: Readonly<Record<string, string>>
  readonly dataDir: string
}

const mainOf = (name: string) => fileURLToPath(import.meta.resolve(`@strangler/${name}/main`))

export function workerPart({ plan, environment, dataDir }: ToolkitOptions): Part {
  return {
    name: 'worker',
    start(onProcess) {
      const id = `local-${randomUUID().slice(0, 8)}`
      return program({
        name: 'worker',
        command: [mainOf('cdc'), '--plan', plan],
        env: { ...environment, WORKER_ID: id },
        logFile: logFile(dataDir, 'worker'),
        isReady: () => coordinates(environment['CONTROL_URL']!, id),
      }).start(onProcess)
    },
  }
}

async function coordinates(controlUrl: string, id: string): Promise<boolean> {
  const pool = createControlPool(controlUrl, 'strangler local')
  try {
    return (await readLease(pool))?.holder.startsWith(id) === true
  } finally {
    await pool.end()
  }
}

export function proxyPart(
  { plan, environment, dataDir }: ToolkitOptions,
  { port, adminPort, name = 'proxy' }: { port: number; adminPort: number; name?: string },
): Part {
  return program({
    name,
    command: [mainOf('proxy'), '--plan', plan],
    env: {
      ...environment,
      PORT: String(port),
      ADMIN_PORT: String(adminPort),
      FLAG_BACKUP_DIR: dataDir,
    },
    logFile: logFile(dataDir, name),
    isReady: answersAt(`http://127.0.0.1:${adminPort}/readyz`),
  })
}

export function logFile(dataDir: string, part: string): string {
  return join(dataDir, 'logs', `${part}.log`)
}
