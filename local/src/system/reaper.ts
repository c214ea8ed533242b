import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface Reaper {
  add(pid: number): void
  remove(pid: number): void
  close(): void
}

/**
 * A process of its own that ends the others when this one is killed and cannot do it any more: it notices
 * because its standard input closes.
 */
export function createReaper(): Reaper {
  const main = fileURLToPath(new URL('reaper-main.ts', import.meta.url))
  const reaper = spawn(process.execPath, [main], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  reaper.stdin.on('error', () => {}) // It has ended; then nobody is left to tell.
  reaper.unref()
  return {
    add: (pid) => void reaper.stdin.write(`+${pid}\n`),
    remove: (pid) => void reaper.stdin.write(`-${pid}\n`),
    close: () => void reaper.stdin.end(),
  }
}
