import { hostname } from 'node:os'
import { z } from 'zod'
import { CdcError } from './errors.ts'

const schema = z.object({
  CONTROL_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  WORKER_ID: z.string().min(1).default(`${hostname()}-${process.pid}`),
  UNLEASH_URL: z.url({ protocol: /^https?$/ }).optional(),
  UNLEASH_TOKEN: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
})

const examples: Readonly<Record<string, string>> = {
  CONTROL_URL: 'postgres://strangler:secret@127.0.0.1:5432/strangler',
  WORKER_ID: 'worker-1',
  UNLEASH_URL: 'http://127.0.0.1:4242',
  UNLEASH_TOKEN: 'an admin token of Unleash',
  LOG_LEVEL: 'info',
}

export type Config = z.infer<typeof schema>

/** @throws CdcError WRONG_SETTING that names each variable, what it held and an example that is right. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = schema.safeParse(set)
  if (parsed.success) return parsed.data
  const lines = parsed.error.issues.map(({ path }) => {
    const name = String(path[0])
    const held =
      environment[name] === undefined ? 'is not set' : 'holds something else than it should'
    return `  ${name} ${held}; for example ${name}=${examples[name]}`
  })
  throw new CdcError('WRONG_SETTING', `The worker cannot start:\n${lines.join('\n')}`)
}
