import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { readSettings as read } from '@strangler/core'
import { z } from 'zod'

const port = z.coerce.number().int().min(1).max(65_535)

const schema = z.object({
  PORT: port.default(8080),
  ADMIN_PORT: port.default(8081),
  DATA_DIR: z.string().min(1).default('.petsphere'),
  SEED_SIZE: z.enum(['small', 'medium', 'large']).default('medium'),
  CHANGE_LOG: z.enum(['pgoutput', 'debezium']).default('pgoutput'),
})

const examples: Readonly<Record<keyof z.infer<typeof schema>, string>> = {
  PORT: '8080',
  ADMIN_PORT: '8081',
  DATA_DIR: '.petsphere',
  SEED_SIZE: 'small, medium or large',
  CHANGE_LOG: 'pgoutput or debezium',
}

export interface Settings {
  readonly port: number
  readonly adminPort: number
  readonly dataDir: string
  /** How much data the monolith's database is filled with, unless it has any. */
  readonly size: 'small' | 'medium' | 'large'
  /** What streams are read from. */
  readonly log: 'pgoutput' | 'debezium'
}

/** @throws CoreError WRONG_SETTING that names each variable, what it held and an example that is right. */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>>,
  args: readonly string[],
): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: { log: { type: 'string' }, size: { type: 'string' } },
  })
  const asked = {
    ...environment,
    ...(values.log !== undefined && { CHANGE_LOG: values.log }),
    ...(values.size !== undefined && { SEED_SIZE: values.size }),
  }
  const settings = read({ schema, examples, environment: asked, what: 'PetSphere' })
  const { PORT, ADMIN_PORT, DATA_DIR, SEED_SIZE, CHANGE_LOG } = settings
  return {
    port: PORT,
    adminPort: ADMIN_PORT,
    dataDir: resolve(DATA_DIR),
    size: SEED_SIZE,
    log: CHANGE_LOG,
  }
}
