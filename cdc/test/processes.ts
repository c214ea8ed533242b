import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { readLease } from '@strangler/core'
import { expect, vi } from 'vitest'
import { patience, type Stand } from './stand.ts'

export interface WorkerProcess extends AsyncDisposable {
  readonly child: ChildProcess
  readonly printed: string[]
}

/** Runs the worker as it is run in earnest, on the library's plan. */
export function startProcess({ environment, slice }: Stand, id: string): WorkerProcess {
  const root = join(import.meta.dirname, '..')
  const child = spawn(
    process.execPath,
    [join(root, 'src/main.ts'), '--plan', join(root, 'test/library.plan.ts')],
    {
      env: { ...process.env, ...environment, WORKER_ID: id, TEST_SLICE: slice },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const printed: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => printed.push(text))
  }
  return {
    child,
    printed,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}

export async function coordinates({ control }: Stand, id: string): Promise<void> {
  await vi.waitFor(async () => {
    const lease = await readLease(control)
    expect(lease).toMatchObject({ live: true, holder: expect.stringMatching(`^${id}-`) })
  }, patience)
}
