import { chmodSync, mkdirSync, readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Part } from '../system/part.ts'
import { program } from '../system/program.ts'
import { logFile } from '../system/toolkit.ts'

export interface RedisOptions {
  /** The folder with the programs for all platforms. */
  readonly programs: string
  readonly dataDir: string
  readonly port: number
}

/** A Redis that keeps nothing on disk, on loopback. */
export function redisPart({ programs, dataDir, port }: RedisOptions): Part {
  const dir = join(dataDir, 'redis')
  const server = program({
    name: 'redis',
    executable: serverProgram(programs),
    command: ['--bind', '127.0.0.1', '--port', String(port), '--dir', dir, '--save', ''],
    env: {},
    logFile: logFile(dataDir, 'redis'),
    isReady: () => answersPing(port),
  })
  return {
    name: 'redis',
    start(onProcess) {
      mkdirSync(dir, { recursive: true })
      return server.start(onProcess)
    },
  }
}

/** The server for this machine, of a folder with those for all platforms. */
export function serverProgram(folder: string): string {
  const { platform, arch } = process
  const ending = `-${platform}-${arch === 'x64' ? 'amd64' : arch}`
  const file = readdirSync(folder).find((name) => name.endsWith(ending))
  if (!file) throw new Error(`There is no Redis for ${platform} on ${arch}. Set REDIS_URL.`)
  const path = join(folder, file)
  chmodSync(path, 0o755)
  return path
}

function answersPing(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
  const end = (answer: boolean) => {
    socket.destroy()
    resolve(answer)
  }
  socket.setTimeout(1000, () => end(false))
  socket.once('error', () => end(false))
  socket.once('close', () => end(false))
  socket.once('data', (data) => end(data.toString().startsWith('+PONG')))
  return promise
}
