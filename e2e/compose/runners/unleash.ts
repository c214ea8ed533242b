import { program } from '@strangler/local'
import { isStarted, type Runner } from '../placed.ts'
import { checkout } from '../project.ts'

/** The npm package that the image is made of, started as the image starts it: all settings are the environment's. */
const start = "import('unleash-server').then(({ start }) => start())"

export const unleashRunner: Runner = {
  part: async ({ name, environment, logFile }) =>
    program({
      name,
      executable: 'env',
      command: ['-C', checkout(''), process.execPath, '-e', start],
      env: environment,
      logFile,
      isReady: isStarted,
    }),
}
