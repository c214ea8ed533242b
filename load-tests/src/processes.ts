import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'

/** One of the programs of a system that was started here, with all that it has started. */
export interface Program {
  readonly name: string
  readonly pids: readonly number[]
}

/**
 * The programs of the system whose proxy listens on a port, as `npm start` has started them: the proxy and its siblings.
 * None where the proxy is not on this machine, or this is not Linux.
 */
export function programsBehind(port: number): Program[] {
  try {
    const proxy = listenerOn(port)
    if (proxy === undefined) return []
    const parents = new Map(processes().map((pid) => [pid, parentOf(pid)]))
    const childrenOf = (parent: number) =>
      [...parents].filter(([, one]) => one === parent).map(([pid]) => pid)
    const withAll = (pid: number): number[] => [pid, ...childrenOf(pid).flatMap(withAll)]
    return childrenOf(parents.get(proxy)!).flatMap((pid) => {
      const name = nameOf(commandOf(pid))
      return name === undefined ? [] : [{ name, pids: withAll(pid) }]
    })
  } catch {
    return [] // A process ended while it was looked at.
  }
}

const checkout = fileURLToPath(new URL('../../', import.meta.url))

/** As `proxy`, or `legacy/server`; a database by its folder. Undefined for what does none of the work. */
export function nameOf(command: readonly string[], root = checkout): string | undefined {
  const file = command.find((part) => part.startsWith(root) && part.endsWith('/main.ts'))
  if (file) return file.slice(root.length).replace('/src/', '/').replace('/main.ts', '')
  const at = command.indexOf('-D')
  return at < 0 || at + 1 === command.length ? undefined : basename(command[at + 1]!)
}

const processes = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)

/** @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function parentOf(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return 0
  }
}

const commandOf = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')

const listening = '0A'

/** @see https://man7.org/linux/man-pages/man5/proc_net.5.html */
function listenerOn(port: number): number | undefined {
  const inode = ['tcp', 'tcp6']
    .flatMap((kind) => readFileSync(`/proc/net/${kind}`, 'utf8').split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .find(
      ([, local, , state]) => state === listening && parseInt(local!.split(':')[1]!, 16) === port,
    )?.[9]
  return inode === undefined
    ? undefined
    : processes().find((pid) => holds(pid, `socket:[${inode}]`))
}

function holds(pid: number, file: string): boolean {
  try {
    const folder = `/proc/${pid}/fd`
    return readdirSync(folder).some((name) => {
      try {
        return readlinkSync(`${folder}/${name}`) === file
      } catch {
        return false
      }
    })
  } catch {
    return false // Somebody else's, or it has ended.
  }
}
