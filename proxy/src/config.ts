import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { readSettings } from '@strangler/core'
import { z } from 'zod'

const port = z.coerce.number().int().min(0).max(65_535)

/** @param file with certificates as PEM. */
function readCertificates(file: string, context: z.RefinementCtx): string {
  try {
    const text = readFileSync(file, 'utf8')
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text
    context.addIssue({ code: 'custom', message: `${file} holds no certificate in PEM` })
  } catch (error) {
    context.addIssue({ code: 'custom', message: `cannot be read: ${(error as Error).message}` })
  }
  return z.NEVER
}

const schema = z.object({
  PORT: port.default(8080),
  HOST: z.string().min(1).default('127.0.0.1'),
  ADMIN_PORT: port.default(8081),
  ADMIN_HOST: z.string().min(1).default('127.0.0.1'),
  ADMIN_TOKEN: z.string().min(16),
  CONTROL_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  UNLEASH_URL: z.url({ protocol: /^https?$/ }).optional(),
  UNLEASH_CLIENT_TOKEN: z.string().min(1).optional(),
  FLAG_BACKUP_DIR: z.string().min(1).default(tmpdir()),
  PROXY_ID: z
    .string()
    .min(1)
    .default(() => `${hostname()}-${process.pid}-${randomUUID().slice(0, 4)}`),
  HOLD_MS: z.coerce.number().int().positive().default(10_000),
  MAX_HELD: z.coerce.number().int().positive().default(1000),
  CATCH_UP_MS: z.coerce.number().int().positive().default(2000),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  REDIS_CA: z.string().transform(readCertificates).optional(),
  REDIS_PREFIX: z.string().min(1).default('strangler:'),
  REDIS_TIMEOUT_MS: z.coerce.number().int().positive().default(50),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
})

const examples: Readonly<Record<keyof z.infer<typeof schema>, string>> = {
  PORT: '8080',
  HOST: '0.0.0.0',
  ADMIN_PORT: '8081',
  ADMIN_HOST: '127.0.0.1',
  ADMIN_TOKEN: 'at least 16 characters, such as `openssl rand -hex 16` prints',
  CONTROL_URL: 'postgres://strangler:secret@127.0.0.1:5432/strangler',
  UNLEASH_URL: 'http://127.0.0.1:4242',
  UNLEASH_CLIENT_TOKEN: 'default:development.abcdef',
  FLAG_BACKUP_DIR: '/var/lib/strangler',
  PROXY_ID: 'proxy-1',
  HOLD_MS: '10000',
  MAX_HELD: '1000',
  CATCH_UP_MS: '2000',
  REDIS_URL: 'redis://127.0.0.1:6379',
  REDIS_CA: '/etc/ssl/redis-ca.pem',
  REDIS_PREFIX: 'strangler:',
  REDIS_TIMEOUT_MS: '50',
  LOG_LEVEL: 'info',
}

export type Config = z.infer<typeof schema>

/** @throws CoreError WRONG_SETTING that names each variable and an example that is right. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  return readSettings({ schema, examples, environment, what: 'The proxy' })
}
