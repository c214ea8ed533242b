import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const binary = fileURLToPath(new URL('../../cli/bin/strangler.js', import.meta.url))

/** What of `strangler status --json` is looked at here. */
interface Status {
  readonly worker: { readonly live: boolean } | null
  readonly slices: readonly {
    readonly slice: string
    readonly owner: 'legacy' | 'extracted'
    readonly sync: string
  }[]
}

/** A failure that a person can do something about. */
export class LoadError extends Error {
  override readonly name = 'LoadError'
}

/** Runs `strangler`. @throws LoadError with what it said, unless it succeeds. */
export function strangler(...args: string[]): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  execFile(process.execPath, [binary, ...args], (error, stdout, stderr) => {
    if (!error) return resolve(stdout)
    const said = `${args.includes('--json') ? '' : stdout}${stderr}`.trim()
    const reason = said || readError(stdout) || error.message
    reject(new LoadError(`strangler ${args.join(' ')} failed:\n${reason}`))
  })
  return promise
}

function readError(stdout: string): string | undefined {
  try {
    return (JSON.parse(stdout) as { error?: { message?: string } }).error?.message
  } catch {
    return undefined
  }
}

export async function readStatus(): Promise<Status> {
  return JSON.parse(await strangler('status', '--json')) as Status
}
