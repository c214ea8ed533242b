import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '@strangler/local'
import { LoadError } from './strangler.ts'

/** A run of k6, which prints for itself. */
export interface K6Run {
  readonly process: ChildProcess
  /** Resolves when load is made; throws when k6 ends before that. */
  untilLoading(): Promise<void>
  /** k6's exit code: 99 when a threshold was crossed. */
  readonly ended: Promise<number>
}

const startMs = 30_000

export async function startK6(
  k6: string,
  script: string,
  env: Readonly<Record<string, string>>,
  { isQuiet = false } = {},
): Promise<K6Run> {
  const address = `127.0.0.1:${await freePort()}`
  const settings = Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`])
  // Without --quiet it would draw its progress over what is said here.
  const args = ['run', '--quiet', '--no-usage-report', '--address', address, ...settings, script]
  const output = isQuiet ? 'ignore' : 'inherit'
  const child = spawn(k6, args, { stdio: ['ignore', output, output] })
  const ended = once(child, 'exit').then(([code]) => (code as number | null) ?? 1)
  return {
    process: child,
    ended,
    async untilLoading() {
      const until = performance.now() + startMs
      while (!(await isLoading(address))) {
        if (child.exitCode !== null || child.signalCode !== null || performance.now() > until) {
          throw new LoadError('k6 made no load; what it printed says why.')
        }
        await delay(100)
      }
    },
  }
}

/** https://grafana.com/docs/k6/latest/reference/k6-rest-api/ */
async function isLoading(address: string): Promise<boolean> {
  try {
    const response = await fetch(`http://${address}/v1/status`)
    const { data } = (await response.json()) as { data: { attributes: { vus: number } } }
    return data.attributes.vus > 0
  } catch {
    return false // It does not listen yet.
  }
}
