import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const sources = new URL('../../src/', import.meta.url)

/** One of the service's programs, as its operators start it. */
export interface Program extends AsyncDisposable {
  readonly process: ChildProcess
  /** All that it has printed so far. */
  output(): string
  /** What the pattern finds in the output, as soon as it does. @throws when it exits before. */
  printed(pattern: RegExp): Promise<RegExpExecArray>
  /** The exit code, once it has exited by itself. */
  exited(): Promise<number | null>
}

/** @param program as `jobs/overdue.ts` */
export function run(program: string, env: Readonly<Record<string, string>>): Program {
  const child = spawn(process.execPath, [fileURLToPath(new URL(program, sources))], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const closed = once(child, 'close')
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  return {
    process: child,
    output: () => output,
    async printed(pattern) {
      for (;;) {
        const found = pattern.exec(output)
        if (found) return found
        if (child.exitCode !== null) throw new Error(`${program} exited:\n${output}`)
        await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data'), closed])
      }
    },
    async exited() {
      await closed
      return child.exitCode
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await closed
    },
  }
}
