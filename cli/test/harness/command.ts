import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { vi } from 'vitest'

const binary = fileURLToPath(new URL('../../bin/strangler.js', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** What was printed to stdout, as the one JSON document that it has to be. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into documents of every shape
  readonly json: any
}

export interface Running {
  readonly ended: Promise<Ended>
  /** Everything that it has printed so far. */
  output(): string
  printed(text: string | RegExp): Promise<void>
  interrupt(signal?: NodeJS.Signals): void
}

export interface Place {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** Starts `strangler` as a user does; it sees of the environment only what it is given. */
export function start(args: readonly string[], { env = {}, cwd }: Place = {}): Running {
  const child = spawn(process.execPath, [binary, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], STRANGLER_USER: 'ann', ...env },
    ...(cwd !== undefined && { cwd }),
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (text: Buffer) => void (stdout += text.toString()))
  child.stderr.on('data', (text: Buffer) => void (stderr += text.toString()))
  const output = () => stdout + stderr
  return {
    output,
    async printed(text) {
      await vi.waitUntil(() => output().search(text) >= 0, { timeout: 20_000, interval: 20 })
    },
    interrupt: (signal = 'SIGINT') => void child.kill(signal),
    ended: once(child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      stdout,
      stderr,
      get json() {
        return JSON.parse(stdout)
      },
    })),
  }
}

/** Runs `strangler` to its end. */
export function run(args: readonly string[], place?: Place): Promise<Ended> {
  return start(args, place).ended
}
