import { spawnSync } from 'node:child_process'
import { missingForStack } from '@strangler/local'

const isThere = (program: string, ...args: string[]) => spawnSync(program, args).status === 0

/** What keeps the compose file from being read here, for a person. */
export const missingForFile: string | undefined = isThere('go', 'version')
  ? undefined
  : 'docker-compose.yml is read by a Go program: install Go (https://go.dev/dl)'

/** What keeps its services from being started here without Docker, for a person. */
export function missingForServices(): string | undefined {
  if (process.platform !== 'linux') {
    return 'the services of docker-compose.yml need loopback addresses of their own, which only Linux gives'
  }
  const curl = isThere('curl', '--version') ? undefined : 'the healthcheck of Connect needs curl'
  return missingForFile ?? missingForStack() ?? curl
}
