import { hostname } from 'node:os'
import { readSettings } from '@strangler/core'
import { z } from 'zod'

const schema = z.object({
  CONTROL_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  WORKER_ID: z.string().min(1).default(`${hostname()}-${process.pid}`),
  UNLEASH_URL: z.url({ protocol: /^https?$/ }).optional(),
  UNLEASH_TOKEN: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
})

const examples: Readonly<Record<keyof z.infer<typeof schema>, string>> = {
  CONTROL_URL: 'postgres://strangler:secret@127.0.0.1:5432/strangler',
  WORKER_ID: 'worker-1',
  UNLEASH_URL: 'http://127.0.0.1:4242',
  UNLEASH_TOKEN: 'an admin token of Unleash',
  LOG_LEVEL: 'info',
}

export type Config = z.infer<typeof schema>

/** @throws CoreError WRONG_SETTING that names each variable and an example that is right. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  return readSettings({ schema, examples, environment, what: 'The worker' })
}
