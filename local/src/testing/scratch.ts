import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'

const memory = '/dev/shm'
const gibibyte = 2 ** 30
/** What the servers of all test files that run at once may keep, and what their processes need beside it. */
const kept = 8 * gibibyte
const worked = 4 * gibibyte

/**
 * A folder in memory for what tests' servers keep, where there is room for it; to be removed after the run. A
 * database is hundreds of files, and making and removing those on a disk was a third of the tests' work.
 */
export function scratchInMemory(): string | undefined {
  if (!hasRoom()) return undefined
  removeAbandoned(memory)
  const folder = mkdtempSync(join(memory, `strangler-tests-${process.pid}-`))
  chmodSync(folder, 0o755) // Servers run as another user when this one is root.
  return folder
}

function hasRoom(): boolean {
  const mounts = existsSync('/proc/mounts') ? readFileSync('/proc/mounts', 'utf8') : ''
  const mount = mounts.split('\n').find((line) => line.split(' ')[1] === memory)
  const [, , type, flags = ''] = mount?.split(' ') ?? []
  // Tests install and run programs there, too.
  if (type !== 'tmpfs' || flags.split(',').includes('noexec')) return false
  const { bavail, bsize } = statfsSync(memory)
  return bavail * bsize >= kept && process.availableMemory() >= kept + worked
}

/** Removes what this user's runs left that were killed: nobody would have that memory any more. */
export function removeAbandoned(from: string): void {
  for (const name of readdirSync(from)) {
    const [, pid] = /^strangler-tests-(\d+)-/.exec(name) ?? []
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue
    const folder = join(from, name)
    if (statSync(folder).uid !== process.getuid?.()) continue
    rmSync(folder, { recursive: true, force: true })
  }
}
