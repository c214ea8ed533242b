import { join } from 'node:path'
import { type Part, program } from '@strangler/local'
import { programPath } from '../image.ts'
import { isStarted, type Placed, type Runner } from '../placed.ts'

/** Our own programs, as the Dockerfile lays them out. */
export const nodeRunner: Runner = { part: async (placed) => ownProgram(placed) }

function ownProgram(placed: Placed): Part {
  const { name, logFile } = placed
  const { executable, command, env } = ownCommand(placed, placed.command)
  return program({ name, executable, command, env, logFile, isReady: isStarted })
}

/** How a command runs in the image that a service is made from. */
export function ownCommand({ image, environment }: Placed, command: readonly string[]) {
  const { root, workdir, env } = image!
  return {
    executable: 'env', // It becomes the command, in another folder.
    command: ['-C', join(root, workdir), ...command],
    env: { PATH: programPath(), ...env, ...environment },
  }
}
