import { constants, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** The operating system account that Postgres runs as, when it is not our own. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

const candidates = ['postgres', 'nobody']

/**
 * Postgres refuses to run as root, so root lends it to `postgres`, or to `nobody` on machines without
 * one. Anyone else runs it as themselves. A uid without a passwd entry will not do: initdb looks it up.
 */
export function serverAccount(passwd = '/etc/passwd'): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const entries = readFileSync(passwd, 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  for (const name of candidates) {
    const entry = entries.find(([user]) => user === name)
    if (entry) return { uid: Number(entry[2]), gid: Number(entry[3]) }
  }
  throw new Error(
    'Postgres will not run as root, and this machine has neither a user "postgres" nor "nobody" to run it as. Add one, or start as an ordinary user.',
  )
}

/** True when everyone may pass through each folder above `path`, so that another account can reach it. */
export function reachableByOthers(path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    if ((statSync(folder).mode & constants.S_IXOTH) === 0) return false
    if (folder === dirname(folder)) return true
  }
}
