import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'

/** Postgres takes SIGINT for "end all sessions and stop"; the other parts treat it as SIGTERM. */
const pids = new Set<number>()
const patienceMs = 5000

for await (const line of createInterface({ input: process.stdin })) {
  const pid = Number(line.slice(1))
  if (line.startsWith('+')) pids.add(pid)
  else pids.delete(pid)
}

const send = (signal: NodeJS.Signals | 0) => {
  for (const pid of pids) {
    try {
      process.kill(pid, signal)
    } catch {
      pids.delete(pid)
    }
  }
}
send('SIGINT')
const until = performance.now() + patienceMs
while (pids.size > 0 && performance.now() < until) {
  await delay(100)
  send(0)
}
send('SIGKILL')
