import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { milliseconds } from '../health.ts'
import { missingForFile } from '../needed.ts'
import { checkout, endsByItself, loadProject, type Project, type Service } from '../project.ts'

let project: Project
let services: [name: string, service: Service][]
let lasting: [name: string, service: Service][]

beforeAll(async () => {
  if (missingForFile !== undefined) return
  project = await loadProject()
  services = Object.entries(project.services)
  lasting = services.filter(([name]) => !endsByItself(project, name))
}, 300_000)
beforeEach(({ skip }) => {
  if (missingForFile !== undefined) skip(missingForFile)
})

const text = readFileSync(checkout('docker-compose.yml'), 'utf8')
/** `${NAME:-default}` */
const variables = [...text.matchAll(/\$\{(\w+):-([^}]*)\}/g)].map(([, name, otherwise]) => ({
  name: name!,
  otherwise: otherwise!,
}))
const secrets = new Set(
  variables
    .filter(({ otherwise }) => otherwise.startsWith('insecure-default'))
    .map((each) => each.name),
)

test('a key that docker compose does not know is refused', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'strangler-compose-file-'))
  const file = join(folder, 'compose.yml')
  try {
    writeFileSync(file, 'services: { one: { image: "one:1.0.0", helthcheck: { test: "true" } } }')
    await expect(loadProject({}, file)).rejects.toThrow('helthcheck')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

describe('each service', () => {
  test('that is not built here has an image with an exact tag', () => {
    const pulled = services.filter(([, { pull_policy }]) => pull_policy === undefined)
    expect(pulled.length).toBeGreaterThan(5)
    for (const [name, { image }] of pulled) {
      expect(image, name).toMatch(/^postgres:\d+\.\d+-\w+$|:v?\d+\.\d+\.\d+(?:[.-]\w+)*$/)
    }
  })

  test('that lasts has a healthcheck with all its times, and is started again', () => {
    expect(lasting.length).toBeGreaterThan(10)
    for (const [name, { healthcheck, restart }] of lasting) {
      expect(restart, name).toBe('unless-stopped')
      expect(healthcheck?.test.length, name).toBeGreaterThan(1)
      for (const time of ['interval', 'timeout', 'start_period'] as const) {
        expect(milliseconds(healthcheck![time]), `${name}: ${time}`).toBeGreaterThan(0)
      }
      expect(healthcheck!.retries, name).toBeGreaterThan(1)
    }
  })

  test('that ends by itself is not started again', () => {
    const ending = services.filter(([name]) => endsByItself(project, name))
    expect(ending.map(([name]) => name)).toContain('monolith-seed')
    for (const [name, { restart }] of ending) expect(restart, name).toBe('no')
  })

  test('has limits of memory, processors and processes, and may gain no privilege', () => {
    for (const [name, service] of services) {
      expect(Number(service.mem_limit), name).toBeGreaterThan(0)
      expect(service.cpus, name).toBeGreaterThan(0)
      expect(service.pids_limit, name).toBeGreaterThan(0)
      expect(service.security_opt, name).toEqual(['no-new-privileges:true'])
      expect(service.privileged, name).toBeFalsy()
    }
  })

  test('that is a program of this checkout writes to no file system but volumes and /tmp', () => {
    const own = services.filter(([, { image }]) => image === 'petsphere/strangler:local')
    expect(own.length).toBeGreaterThan(8)
    for (const [name, { read_only }] of own) expect(read_only, name).toBe(true)
  })

  test('is published on the loopback of this machine only, and on ports that differ', () => {
    const ports = services.flatMap(([, service]) => service.ports ?? [])
    expect(ports.map(({ published }) => published)).toContain('8080')
    for (const { host_ip } of ports) expect(host_ip).toBe('127.0.0.1')
    const published = ports.map((port) => port.published)
    expect(new Set(published).size).toBe(published.length)
  })

  test('shares a network with those that it speaks to, and waits for them', () => {
    const others = Object.keys(project.services).join('|')
    const host = new RegExp(String.raw`(?<![\w.-])(${others}):\d+(?![\w@])`, 'g')
    let spoken = 0
    for (const [name, { environment, networks }] of services) {
      for (const [, other] of Object.values(environment ?? {})
        .join(' ')
        .matchAll(host)) {
        if (other === name) continue
        spoken += 1
        const theirs = Object.keys(project.services[other!]!.networks)
        expect(
          theirs.some((network) => network in networks),
          `${name} to ${other}`,
        ).toBe(true)
        expect(waitsFor(name), `${name} to ${other}`).toContain(other)
      }
    }
    expect(spoken).toBeGreaterThan(20)
  })

  test('keeps its data in a volume of its own', () => {
    const used = services.flatMap(([, { volumes = [] }]) => volumes)
    for (const { type } of used) expect(type).toBe('volume')
    expect(used.map(({ source }) => source).toSorted()).toEqual(
      Object.keys(project.volumes).toSorted(),
    )
  })
})

describe('each variable', () => {
  test('is in .env.example, and nothing else is', () => {
    const example = readFileSync(checkout('.env.example'), 'utf8')
    const listed = [...example.matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name!)
    expect(listed.toSorted()).toEqual([...new Set(variables.map(({ name }) => name))].toSorted())
  })

  test('has one default wherever it is used, or an empty one where it is checked', () => {
    for (const { name, otherwise } of variables) {
      const own = variables.find((each) => each.name === name && each.otherwise !== '')
      expect(['', own?.otherwise], name).toContain(otherwise)
    }
  })
})

describe('a secret', () => {
  test('that is not set is told before anything starts', () => {
    const checked = Object.keys(project.services['secrets-check']!.environment!)
    expect(checked.toSorted()).toEqual([...secrets].map((name) => `CHECK_${name}`).toSorted())
    for (const [name, { environment }] of services) {
      if (!JSON.stringify(environment ?? {}).includes('insecure-default')) continue
      expect(waitsFor(name), name).toContain('secrets-check')
    }
  })

  test.for([
    ['POSTGRES_PASSWORD', ['legacy-database', 'patient-database', 'control-database', 'prepare']],
    ['MONOLITH_DB_PASSWORD', ['prepare', 'monolith-migrate', 'monolith-seed', 'monolith']],
    ['PATIENT_DB_PASSWORD', ['prepare', 'patient-migrate', 'patient']],
    ['CONTROL_DB_PASSWORD', ['prepare', 'worker', 'proxy', 'strangler']],
    ['UNLEASH_DB_PASSWORD', ['prepare', 'unleash']],
    ['COORDINATOR_DB_PASSWORD', ['prepare', 'worker', 'strangler']],
    ['APPLIER_DB_PASSWORD', ['prepare', 'worker']],
    ['READER_DB_PASSWORD', ['prepare', 'worker', 'proxy']],
    ['REDIS_PASSWORD', ['redis', 'proxy']],
    ['JWT_SECRET', ['monolith', 'patient', 'proxy']],
    ['ADMIN_TOKEN', ['proxy']],
    ['UNLEASH_ADMIN_SECRET', ['unleash', 'worker', 'strangler']],
    ['UNLEASH_CLIENT_SECRET', ['unleash', 'proxy']],
    ['UNLEASH_ADMIN_PASSWORD', ['unleash']],
  ] as const)('%s is known to those only that need it', async ([secret, knowing]) => {
    expect(secrets).toContain(secret)
    const marked = Object.entries((await loadProject({ [secret]: 'marked' })).services)
    const holding = marked.filter(([name, { environment = {}, command }]) => {
      return name !== 'secrets-check' && JSON.stringify([environment, command]).includes('marked')
    })
    expect(holding.map(([name]) => name).toSorted()).toEqual([...knowing].toSorted())
  })
})

/** All that are up, or done, before a service starts. */
function waitsFor(name: string): string[] {
  const before = Object.keys(project.services[name]!.depends_on ?? {})
  return [...before, ...before.flatMap(waitsFor)]
}
