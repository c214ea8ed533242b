import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { hasExited, howItEnded, type Part } from './part.ts'

export interface Program {
  readonly name: string
  /** What runs the command; Node when it is not given. */
  readonly executable?: string
  /** A program of Node's, or the arguments of `executable`. */
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Gets everything it prints. */
  readonly logFile: string
  /** Whether it does its work by now. */
  isReady(): Promise<boolean>
}

/** It takes seconds, and minutes where many programs want the same processors. */
const startMs = 300_000
const stopMs = 15_000

/** A program as a part of the system. It sees of the environment only what it is given. */
export function program({
  name,
  executable = process.execPath,
  command,
  env,
  logFile,
  isReady,
}: Program): Part {
  return {
    name,
    async start(onProcess) {
      mkdirSync(dirname(logFile), { recursive: true })
      const log = openSync(logFile, 'a', 0o600)
      const child = spawn(executable, command, {
        stdio: ['ignore', log, log],
        env: { ...inherited(), ...env },
      })
      closeSync(log)
      await once(child, 'spawn')
      onProcess?.(child)
      const until = performance.now() + startMs
      while (!(await isReady().catch(() => false))) {
        const isLate = performance.now() > until
        if (isLate) child.kill('SIGKILL')
        if (isLate || hasExited(child)) {
          const ended = `ended while it started (${howItEnded(child)})`
          const how = isLate ? `was not ready after ${startMs / 1000} s` : ended
          throw new Error(`${name} ${how}. The end of ${logFile}:\n${tail(logFile)}`)
        }
        await delay(50)
      }
      return {
        process: child,
        async stop() {
          if (hasExited(child)) return
          const exited = once(child, 'exit')
          child.kill('SIGTERM')
          const timer = setTimeout(() => child.kill('SIGKILL'), stopMs)
          await exited
          clearTimeout(timer)
        },
      }
    },
  }
}

/** What a program needs of this process's environment whatever it is for. */
export function inherited(): Record<string, string> {
  const places = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'USER']
  const names = [...places, 'NODE_COMPILE_CACHE', 'JDK_JAVA_OPTIONS']
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  )
}

function tail(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-12).join('\n')
}

/** Ready once a server answers there, whatever it answers. */
export function answersAt(url: string): () => Promise<boolean> {
  return async () => {
    const { status } = await fetch(url, { signal: AbortSignal.timeout(1000) })
    return status < 500
  }
}
