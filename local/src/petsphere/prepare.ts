import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { inherited } from '../system/program.ts'
import { files } from './parts.ts'

/**
 * Runs a program of the checkout to its end.
 *
 * @param say hears what it says on stderr, a line at a time
 * @throws with what it printed
 */
async function node(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  say: (line: string) => void = () => {},
): Promise<void> {
  const child = spawn(process.execPath, args, {
    env: { ...inherited(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  createInterface({ input: child.stderr }).on('line', (line) => {
    said += `${line}\n`
    say(line)
  })
  const [printed, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'close')])
  if (code === 0) return
  throw new Error(`${args[0]} failed (${signal ?? `exit code ${code}`}):\n${printed}${said}`)
}

/**
 * The monolith's schema, and data around today unless it has any.
 *
 * `env` is what it finds in its environment besides; `say` hears how far it is, where there is much to be written.
 */
export async function prepareMonolith(
  databaseUrl: string,
  size: string,
  { env: more, say }: { env?: Readonly<Record<string, string>>; say?: (line: string) => void } = {},
): Promise<void> {
  const env = { ...more, DATABASE_URL: databaseUrl }
  const today = new Date().toISOString().slice(0, 10)
  await node([files.migrateMonolith], env)
  await node([files.seed, '--size', size, '--today', today, '--if-empty'], env, say)
}

export async function preparePatient(databaseUrl: string): Promise<void> {
  await node([files.migratePatient], { DATABASE_URL: databaseUrl })
}

/** Builds the client, unless what was built is younger than all that it is made of. */
export async function buildClient(): Promise<void> {
  const built = join(files.client, 'dist/index.html')
  const builtAt = existsSync(built) ? statSync(built).mtimeMs : 0
  const sources = ['src', 'public', 'index.html', 'vite.config.ts', 'package.json']
  if (sources.every((name) => newest(join(files.client, name)) < builtAt)) return
  const vite = createRequire(join(files.client, 'package.json')).resolve('vite/package.json')
  await node([join(vite, '../bin/vite.js'), 'build', files.client, '--logLevel', 'warn'], {})
}

function newest(path: string): number {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
}
