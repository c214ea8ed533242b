import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs'
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
  removeAbandoned()
  const folder = join(memory, `strangler-tests-${process.pid}`)
  // Servers run as another user when this one is root.
  mkdirSync(folder, { mode: 0o755 })
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

/** What a run left that was killed: it would be memory that nobody has any more. */
function removeAbandoned(): void {
  for (const name of readdirSync(memory)) {
    const [, pid] = /^strangler-tests-(\d+)$/.exec(name) ?? []
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) {
      rmSync(join(memory, name), { recursive: true, force: true })
    }
  }
}
