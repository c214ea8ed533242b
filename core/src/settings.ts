import type { z } from 'zod'
import { CoreError } from './errors.ts'

export interface SettingsInput<Schema extends z.ZodObject> {
  readonly schema: Schema
  /** A right value for each variable, shown when the one that is set is wrong. */
  readonly examples: Readonly<Record<keyof z.infer<Schema>, string>>
  readonly environment: Readonly<Record<string, string | undefined>>
  /** What cannot start without them, as a sentence begins with it: `The proxy`. */
  readonly what: string
}

/** What such variables hold is never shown: a URL may have a password in it. */
const secret = /TOKEN|URL|SECRET|PASSWORD|KEY/

/**
 * A process's settings. An empty variable is one that is not set.
 *
 * @throws CoreError WRONG_SETTING that names every wrong variable, what it held and an example that is right.
 */
export function readSettings<Schema extends z.ZodObject>(
  input: SettingsInput<Schema>,
): z.infer<Schema> {
  const { schema, examples, environment, what } = input
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = schema.safeParse(set)
  if (parsed.success) return parsed.data
  const lines = parsed.error.issues.map(({ path, message }) => {
    const name = String(path[0]) as keyof z.infer<Schema> & string
    const value = secret.test(name) ? 'not right' : `"${set[name]}"`
    const held = set[name] === undefined ? 'is not set' : `is ${value} (${message})`
    return `  ${name} ${held}; for example ${name}=${examples[name]}`
  })
  throw new CoreError('WRONG_SETTING', `${what} cannot start:\n${lines.join('\n')}`)
}
