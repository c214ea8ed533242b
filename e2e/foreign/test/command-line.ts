import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const binary = fileURLToPath(new URL('../../../cli/bin/strangler.js', import.meta.url))

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** `strangler`, as a person would run it in a folder, knowing only what this environment tells. */
export interface CommandLine {
  /** Whatever comes of it. */
  attempt(...args: string[]): Promise<Ended>
  /** Resolves to what it printed. @throws with all it said unless it succeeds. */
  run(...args: string[]): Promise<string>
}

export function createCommandLine(
  environment: Readonly<Record<string, string>>,
  cwd: string,
): CommandLine {
  const env = { PATH: process.env['PATH'], ...environment }
  const attempt = (...args: string[]) => {
    const { promise, resolve } = Promise.withResolvers<Ended>()
    execFile(process.execPath, [binary, ...args], { env, cwd }, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : -1) : 0
      resolve({ code, stdout, stderr })
    })
    return promise
  }
  return {
    attempt,
    async run(...args) {
      const { code, stdout, stderr } = await attempt(...args)
      if (code === 0) return stdout
      throw new Error(`strangler ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`)
    },
  }
}
