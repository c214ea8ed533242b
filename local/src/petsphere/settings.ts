import { resolve } from 'node:path'
import { z } from 'zod'

const port = z.coerce.number().int().min(1).max(65_535)

const schema = z.object({
  PORT: port.default(8080),
  ADMIN_PORT: port.default(8081),
  DATA_DIR: z.string().min(1).default('.petsphere'),
  SEED_SIZE: z.enum(['small', 'medium']).default('medium'),
})

const examples: Readonly<Record<string, string>> = {
  PORT: '8080',
  ADMIN_PORT: '8081',
  DATA_DIR: '.petsphere',
  SEED_SIZE: 'small or medium',
}

export interface Settings {
  readonly port: number
  readonly adminPort: number
  readonly dataDir: string
  readonly size: 'small' | 'medium'
}

/** @throws Error that names each variable, what it held and an example that is right. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = schema.safeParse(set)
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message }) => {
      const name = String(path[0])
      return `  ${name} is "${set[name]}" (${message}); for example ${name}=${examples[name]}`
    })
    throw new Error(`PetSphere cannot start:\n${lines.join('\n')}`)
  }
  const { PORT, ADMIN_PORT, DATA_DIR, SEED_SIZE } = parsed.data
  return { port: PORT, adminPort: ADMIN_PORT, dataDir: resolve(DATA_DIR), size: SEED_SIZE }
}
