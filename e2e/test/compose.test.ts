import { execFileSync } from 'node:child_process'
import { parseEnv } from 'node:util'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { missingForServices } from '../compose/needed.ts'
import { checkout, loadProject, type Project, startedByDefault } from '../compose/project.ts'
import { type Running, up } from '../compose/up.ts'
import { signIn } from '../src/index.ts'

/*
 * What docker-compose.yml says is carried out without Docker: images are built in folders, and every service that
 * `docker compose up` starts runs its own command with its own environment, port and healthcheck.
 */

const needed = missingForServices()
const secrets = execFileSync(
  process.execPath,
  [checkout('deploy/compose/secrets.mjs'), '--new', checkout('.env.example')],
  { encoding: 'utf8' },
)

describe('docker-compose.yml', () => {
  const opened = new AsyncDisposableStack()
  let project: Project
  let running: Running

  beforeAll(async () => {
    if (needed !== undefined) return
    const variables = parseEnv(secrets) as Record<string, string>
    project = await loadProject({ ...variables, SEED_SIZE: 'small' })
    const services = Object.keys(startedByDefault(project))
    running = opened.use(await up({ project, services, say: (line) => console.log(line) }))
  }, 600_000)
  beforeEach(({ skip }) => {
    if (needed !== undefined) skip(needed)
  })
  afterAll(() => opened[Symbol.asyncDispose](), 120_000)

  test('every service starts once those that it waits for are healthy, or done', () => {
    const when = (name: string) => running.events.findIndex((event) => event.startsWith(`${name} `))
    const services = Object.entries(startedByDefault(project))
    expect(running.events).toHaveLength(services.length)
    for (const [name, { depends_on }] of services) {
      for (const [before, { condition }] of Object.entries(depends_on ?? {})) {
        const how = condition === 'service_healthy' ? 'healthy' : 'completed'
        expect(running.events).toContain(`${before} ${how}`)
        expect(when(before), `${before} before ${name}`).toBeLessThan(when(name))
      }
    }
  })

  test('nobody is warned of secrets of their own', () => {
    expect(running.printed['secrets-check']).toBe('')
  })

  test('what a start makes once may be made again at the next', async () => {
    for (const service of ['prepare', 'monolith-migrate', 'monolith-seed', 'patient-migrate']) {
      const { code, stderr } = await running.run(service)
      expect(code, `${service}: ${stderr}`).toBe(0)
    }
  })

  test('a role reaches no database but its own', async () => {
    const { DATABASE_URL } = await running.environment('unleash')
    const elsewhere = Object.assign(new URL(DATABASE_URL!), { pathname: '/strangler' }).href
    const client = new pg.Client({ connectionString: elsewhere })
    await expect(client.connect()).rejects.toMatchObject({ code: '42501' })
  })

  test('the client, the proxy and Unleash answer at their published ports', async () => {
    const page = await fetch(running.published('proxy', 8080))
    expect(page.headers.get('content-type')).toContain('text/html')
    expect(await page.text()).toContain('<div id="root">')
    const { status: proxy } = await fetch(`${running.published('proxy', 8081)}/readyz`)
    const { status: unleash } = await fetch(`${running.published('unleash', 4242)}/health`)
    expect({ proxy, unleash }).toEqual({ proxy: 200, unleash: 200 })
  })

  test('somebody signs in, and the slice goes out and comes back with what they write', async () => {
    const client = await signIn(running.published('proxy', 8080), 'reception@petsphere.test')
    const pets = await client.must<{ id: number }[]>('GET /api/pets')
    const pet = pets[0]!.id
    const named = async (service: 'monolith' | 'patient') => {
      const { PORT } = await running.environment(service)
      const answer = await fetch(
        `http://${running.addresses.of(service)}:${PORT}/api/pets/${pet}`,
        {
          headers: { authorization: `Bearer ${client.accessToken}` },
        },
      )
      return ((await answer.json()) as { name: string }).name
    }
    await strangler('sync', 'start', 'patients')
    const connectors = await fetch(`http://${running.addresses.of('connect')}:8083/connectors`)
    expect(await connectors.json(), 'one for each stream, one for the outbox').toHaveLength(3)
    await client.must(`PATCH /api/pets/${pet}`, { json: { name: 'Before' } })
    await expect.poll(() => named('patient'), { timeout: 20_000 }).toBe('Before')

    await strangler('switch', 'patients', '--to', 'extracted')
    await client.must(`PATCH /api/pets/${pet}`, { json: { name: 'Outside' } })
    expect(await named('patient')).toBe('Outside')

    await strangler('switch', 'patients', '--to', 'legacy')
    await client.must(`PATCH /api/pets/${pet}`, { json: { name: 'Back' } })
    expect(await named('monolith')).toBe('Back')
    const { stdout } = await strangler('status', '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      slices: [{ slice: 'patients', owner: 'legacy', epoch: 3 }],
    })
  }, 300_000)

  async function strangler(...args: string[]) {
    const result = await running.run('strangler', ...args)
    expect(result.code, `strangler ${args.join(' ')}: ${result.stdout}${result.stderr}`).toBe(0)
    return result
  }
})
