import { databaseUrls } from '../system/databases.ts'
import type { Stack } from '../stack/stack.ts'
import type { Kept } from './kept.ts'

export type Environment = Readonly<Record<string, string>>

export const databases = {
  legacy: { database: 'petsphere', owner: 'petsphere', port: 'legacyDatabase' },
  patient: { database: 'patient', owner: 'patient', port: 'patientDatabase' },
} as const

/** What the plan, the toolkit's processes and its command line take from the environment. */
export function toolkitEnvironment(
  { ports, password, jwtSecret, ...kept }: Kept,
  stack: Stack | undefined,
): Environment {
  const { legacy, patient } = databases
  return {
    LEGACY_URL: `http://127.0.0.1:${ports.legacy}`,
    ...databaseUrls('LEGACY', ports.legacyDatabase, legacy.database, password),
    PATIENT_URL: `http://127.0.0.1:${ports.patient}`,
    ...databaseUrls('PATIENT', ports.patientDatabase, patient.database, password),
    CONTROL_URL: `postgres://strangler:${password}@127.0.0.1:${ports.controlDatabase}/strangler`,
    UNLEASH_URL: `http://127.0.0.1:${ports.unleash}`,
    UNLEASH_TOKEN: kept.unleash.adminToken,
    UNLEASH_CLIENT_TOKEN: kept.unleash.clientToken,
    ADMIN_TOKEN: kept.adminToken,
    JWT_SECRET: jwtSecret,
    CHANGE_LOG: stack ? 'debezium' : 'pgoutput',
    ...(stack && {
      KAFKA_BROKERS: stack.brokers,
      CONNECT_URL: stack.connectUrl,
      REDIS_URL: stack.redisUrl,
    }),
  }
}
