import { fileURLToPath } from 'node:url'
import type { Part } from '../system/part.ts'
import { answersAt, program } from '../system/program.ts'
import { logFile } from '../system/toolkit.ts'
import type { Kept } from './kept.ts'

const checkout = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url))

export const files = {
  plan: checkout('migration.plan.ts'),
  client: checkout('legacy/client'),
  monolith: checkout('legacy/server/src/main.ts'),
  migrateMonolith: checkout('legacy/server/src/migrate.ts'),
  seed: checkout('legacy/server/src/seed/main.ts'),
  patient: checkout('extracted/patient/src/main.ts'),
  migratePatient: checkout('extracted/patient/src/migrate.ts'),
  unleash: checkout('local/src/unleash/main.ts'),
}

export interface PartOptions {
  readonly kept: Kept
  readonly dataDir: string
  readonly databaseUrl: string
  readonly env?: Readonly<Record<string, string>>
}

export function monolith({ kept, dataDir, databaseUrl, env }: PartOptions): Part {
  const { ports, jwtSecret } = kept
  return program({
    name: 'monolith',
    command: [files.monolith],
    env: { DATABASE_URL: databaseUrl, JWT_SECRET: jwtSecret, PORT: String(ports.legacy), ...env },
    logFile: logFile(dataDir, 'monolith'),
    isReady: answersAt(`http://127.0.0.1:${ports.legacy}/api/roles`),
  })
}

export function patientService({ kept, dataDir, databaseUrl, env }: PartOptions): Part {
  const { ports, jwtSecret } = kept
  return program({
    name: 'patient service',
    command: [files.patient],
    env: { DATABASE_URL: databaseUrl, JWT_SECRET: jwtSecret, PORT: String(ports.patient), ...env },
    logFile: logFile(dataDir, 'patient'),
    isReady: answersAt(`http://127.0.0.1:${ports.patient}/api/species`),
  })
}

export function unleash({ kept, dataDir, databaseUrl }: PartOptions): Part {
  const { port, tokens } = { port: kept.ports.unleash, tokens: kept.unleash }
  return program({
    name: 'unleash',
    command: [files.unleash],
    env: {
      DATABASE_URL: databaseUrl,
      DATABASE_SSL: 'false',
      PORT: String(port),
      INIT_ADMIN_API_TOKENS: tokens.adminToken,
      INIT_BACKEND_API_TOKENS: tokens.clientToken,
      UNLEASH_DEFAULT_ADMIN_USERNAME: 'admin',
      UNLEASH_DEFAULT_ADMIN_PASSWORD: tokens.password,
    },
    logFile: logFile(dataDir, 'unleash'),
    isReady: answersAt(`http://127.0.0.1:${port}/health`),
  })
}
