import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** What this repository holds, as far as these tests are concerned. */
export const checkout = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

export type Condition = 'service_healthy' | 'service_completed_successfully' | 'service_started'

export interface Service {
  readonly image: string
  readonly build?: {
    readonly context: string
    readonly dockerfile: string
    readonly target?: string
  }
  readonly pull_policy?: string
  readonly command: readonly string[] | null
  readonly entrypoint: readonly string[] | null
  readonly environment?: Readonly<Record<string, string | null>>
  readonly depends_on?: Readonly<Record<string, { readonly condition: Condition }>>
  readonly healthcheck?: Healthcheck
  readonly ports?: readonly {
    readonly host_ip?: string
    readonly target: number
    readonly published?: string
  }[]
  readonly volumes?: readonly {
    readonly type: string
    readonly source: string
    readonly target: string
  }[]
  readonly networks: Readonly<Record<string, unknown>>
  readonly profiles?: readonly string[]
  readonly restart?: string
  readonly mem_limit?: string
  readonly cpus?: number
  readonly pids_limit?: number
  readonly read_only?: boolean
  readonly security_opt?: readonly string[]
  readonly privileged?: boolean
}

export interface Healthcheck {
  readonly test: readonly string[]
  readonly timeout: string
  readonly interval: string
  readonly retries: number
  readonly start_period: string
}

/** A compose file after docker compose's own library has read it. */
export interface Project {
  readonly services: Readonly<Record<string, Service>>
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>
  readonly volumes: Readonly<Record<string, unknown>>
}

/**
 * Has docker compose's own library load a file, with these variables and no others.
 *
 * @throws Error with what it says against the file.
 */
export async function loadProject(
  variables: Readonly<Record<string, string>> = {},
  file = checkout('docker-compose.yml'),
): Promise<Project> {
  const args = Object.entries(variables).map(([name, value]) => `${name}=${value}`)
  const { stdout } = await promisify(execFile)('go', ['run', '.', file, ...args], {
    cwd: checkout('e2e/compose/load'),
    maxBuffer: 16 * 1024 * 1024,
  })
  return JSON.parse(stdout) as Project
}

/** Those that `docker compose up` starts. */
export function startedByDefault({ services }: Project): Readonly<Record<string, Service>> {
  return Object.fromEntries(
    Object.entries(services).filter(([, { profiles }]) => !profiles?.length),
  )
}

/** Whether a service ends by itself: others wait for its end, or a person runs it. */
export function endsByItself(project: Project, name: string): boolean {
  return (
    project.services[name]!.profiles?.includes('tools') === true ||
    Object.values(project.services).some(
      ({ depends_on }) => depends_on?.[name]?.condition === 'service_completed_successfully',
    )
  )
}
