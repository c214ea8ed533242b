import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, isFree } from '../system/ports.ts'

const inner = [
  'legacyDatabase',
  'patientDatabase',
  'controlDatabase',
  'unleash',
  'legacy',
  'patient',
] as const

export type InnerPort = (typeof inner)[number]

/** What a start makes up and the next one needs again. */
export interface Kept {
  readonly ports: Readonly<Record<InnerPort, number>>
  /** One password for all database roles: they are reached from this machine only. */
  readonly password: string
  readonly jwtSecret: string
  readonly adminToken: string
  readonly unleash: {
    readonly adminToken: string
    readonly clientToken: string
    readonly password: string
  }
}

const secret = () => randomBytes(16).toString('hex')

/** Reads what was kept in the data folder, with other ports for those that somebody else took meanwhile. */
export async function keep(dataDir: string): Promise<Kept> {
  const file = join(dataDir, 'local.json')
  const before = existsSync(file) ? readKept(file) : undefined
  const ports: Partial<Record<InnerPort, number>> = {}
  for (const name of inner) {
    const port = before?.ports[name]
    ports[name] = port !== undefined && (await isFree(port)) ? port : await freePort()
  }
  const kept: Kept = {
    password: secret(),
    jwtSecret: secret(),
    adminToken: secret(),
    unleash: {
      adminToken: `*:*.${secret()}`,
      clientToken: `default:development.${secret()}`,
      password: secret(),
    },
    ...before,
    ports: ports as Kept['ports'],
  }
  writeFileSync(`${file}.new`, JSON.stringify(kept, null, 2), { mode: 0o600 })
  renameSync(`${file}.new`, file)
  return kept
}

function readKept(file: string): Kept {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Kept
  } catch (cause) {
    const { message } = cause as Error
    throw new Error(
      `${file} cannot be read: ${message}. It holds the passwords of the databases beside it: put it back, or remove its folder to start anew without their data.`,
      { cause },
    )
  }
}
