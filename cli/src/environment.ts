import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { CliError } from './errors.ts'

export type Environment = Readonly<Record<string, string | undefined>>

const fileName = 'strangler.env'

/**
 * What the command line knows of the running parts: the environment, and below it what a local start wrote
 * into its data folder. Without DATA_DIR that folder is looked for in the current one.
 */
export function findEnvironment(own: Environment, folder: string): Environment {
  const file = own['DATA_DIR'] ? join(own['DATA_DIR'], fileName) : fileBelow(folder)
  if (file === undefined || !existsSync(file)) return own
  return { ...parseEnv(readFileSync(file, 'utf8')), ...own }
}

function fileBelow(folder: string): string | undefined {
  const found = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.startsWith('.'))
    .map(({ name }) => join(folder, name, fileName))
    .filter((file) => existsSync(file))
  if (found.length < 2) return found[0]
  throw new CliError('USAGE', `There are several: ${found.join(', ')}. Say which with DATA_DIR.`)
}

const purposes = {
  CONTROL_URL:
    'the control store, for example postgres://strangler:secret@127.0.0.1:5432/strangler',
  UNLEASH_URL: 'Unleash, for example http://127.0.0.1:4242',
  UNLEASH_TOKEN: 'an admin token of Unleash',
} as const

/** @throws CliError MISSING_SETTING that says what the variable is for. */
export function need(environment: Environment, name: keyof typeof purposes): string {
  const value = environment[name]
  if (value) return value
  const message = `${name} is not set: ${purposes[name]}. Set it; or set DATA_DIR to the data folder of a local start, or run this where "npm start" was run.`
  throw new CliError('MISSING_SETTING', message, { variable: name })
}
