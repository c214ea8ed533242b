import { fileURLToPath } from 'node:url'
import { type Part, program, serverProgram } from '@strangler/local'
import { isStarted, type Placed, type Runner } from '../placed.ts'
import { pieceFiles } from './java.ts'

const redisCli = fileURLToPath(new URL('../programs/redis-cli.mjs', import.meta.url))

export const redisRunner: Runner = {
  part,
  programs: async (name) => (name === 'redis-cli' ? ['node', redisCli] : undefined),
}

async function part(placed: Placed): Promise<Part> {
  const { name, logFile, environment, folder } = placed
  const [executable, ...args] = placed.command
  if (executable !== 'redis-server') throw new Error(`${executable} is no server of Redis.`)
  return program({
    name,
    executable: serverProgram(await pieceFiles('redis')),
    command: [...args, '--dir', folder],
    env: environment,
    logFile,
    isReady: isStarted,
  })
}
