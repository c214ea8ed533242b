import { execFile } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Supervisor } from '@strangler/local'
import { artifacts, type CommandResult } from '../src/index.ts'
import { type Addresses, createAddresses, forward } from './addresses.ts'
import { isHealthy, milliseconds } from './health.ts'
import { createBuilder, type Image } from './image.ts'
import type { Placed, Runner } from './placed.ts'
import { endsByItself, type Project, type Service } from './project.ts'
import { ownCommand } from './runners/node.ts'
import { runners } from './runners/runners.ts'

/** A project that runs, without Docker. */
export interface Running extends AsyncDisposable {
  readonly addresses: Addresses
  /** What happened, in its order: `database healthy`, `prepare completed`. */
  readonly events: readonly string[]
  /** What services that end by themselves printed. */
  readonly printed: Readonly<Record<string, string>>
  /** The URL at which a port of a service's is published. */
  published(service: string, port: number): string
  /** What a service finds in its environment. */
  environment(service: string): Promise<Readonly<Record<string, string>>>
  /** `docker compose run SERVICE ARGUMENT...`; without arguments, the command of the file. */
  run(service: string, ...args: string[]): Promise<CommandResult>
}

export interface UpOptions {
  readonly project: Project
  /** Started, in the order that their dependencies allow. */
  readonly services: readonly string[]
  readonly say: (line: string) => void
}

/** Starts services of the file as `docker compose up` would, each with its command, environment, ports and healthcheck. */
export async function up({ project, services, say }: UpOptions): Promise<Running> {
  await using opened = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'strangler-compose-'))
  chmodSync(folder, 0o755) // Database servers may run as another user.
  opened.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  const logs = join(folder, 'logs')
  mkdirSync(logs)
  opened.defer(() =>
    cpSync(logs, join(artifacts, 'logs/compose'), { recursive: true, force: true }),
  )
  const random = () => 1 + Math.floor(Math.random() * 250)
  const addresses = createAddresses(project, [random(), random()])
  const have = createBuilder(join(folder, 'images'))
  const supervisor = opened.use(new Supervisor({ say }))
  const events: string[] = []
  const printed: Record<string, string> = {}
  const reached = new Map<string, Promise<void>>()

  const reach = (name: string): Promise<void> => {
    const known = reached.get(name) ?? start(name)
    reached.set(name, known)
    return known
  }

  async function start(name: string): Promise<void> {
    const service = project.services[name]!
    await Promise.all(Object.keys(service.depends_on ?? {}).map(reach))
    const placed = await place(name, service)
    if (endsByItself(project, name)) {
      const { code, stdout, stderr } = await runOnce(placed, placed.command)
      printed[name] = stdout + stderr
      if (code !== 0) throw new Error(`${name} ended with ${code}:\n${stdout}${stderr}`)
      events.push(`${name} completed`)
      return
    }
    const part = await runnerOf(placed).part(placed)
    for (const { host_ip, target, published } of service.ports ?? []) {
      if (host_ip !== '127.0.0.1') throw new Error(`${name} is published on ${host_ip}.`)
      const from = { host: addresses.host, port: Number(published) }
      opened.use(await forward(from, { host: placed.address, port: target }))
    }
    await supervisor.start(part)
    await untilHealthy(placed, () => supervisor.running(name) !== undefined)
    events.push(`${name} healthy`)
  }

  async function place(name: string, service: Service): Promise<Placed> {
    const own = join(folder, 'services', name)
    mkdirSync(own, { recursive: true })
    const volumes = Object.fromEntries(
      (service.volumes ?? []).map(({ source, target }) => [
        target,
        join(folder, 'volumes', source),
      ]),
    )
    const translate = (text: string) =>
      Object.entries(volumes).reduce(
        (done, [target, place]) => done.replaceAll(target, place),
        addresses.translate(text, name),
      )
    const image =
      service.build?.target === undefined ? imageOf(service) : have(service.build.target)
    const built = await image
    const placed: Placed = {
      name,
      address: addresses.of(name),
      service,
      command: [...(service.entrypoint ?? []), ...(service.command ?? [])].map(translate),
      environment: Object.fromEntries(
        Object.entries(service.environment ?? {}).map(([variable, value]) => [
          variable,
          translate(value ?? ''),
        ]),
      ),
      volumes,
      folder: own,
      logFile: join(logs, `${name}.log`),
      opened,
      ...(built && { image: built }),
      isHealthy: () => {
        const { test, timeout } = service.healthcheck!
        return isHealthy(placed, test.map(translate), milliseconds(timeout), runnerOf(placed))
      },
    }
    return placed
  }

  /** Services share images: one builds it, the others name it. */
  async function imageOf({ image }: Service): Promise<Image | undefined> {
    const builder = Object.values(project.services).find(
      (each) => each.build && each.image === image,
    )
    return builder && have(builder.build!.target!)
  }

  await Promise.all(services.map(reach))
  const closing = opened.move()
  return {
    addresses,
    events,
    printed,
    published(name, port) {
      const found = project.services[name]!.ports?.find(({ target }) => target === port)
      return `http://${addresses.host}:${found!.published}`
    },
    environment: async (name) => (await place(name, project.services[name]!)).environment,
    async run(name, ...args) {
      const service = project.services[name]!
      const placed = await place(name, args.length > 0 ? { ...service, command: args } : service)
      return runOnce(placed, placed.command)
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

function runnerOf({ service, image }: Placed): Runner {
  const [name] = (image?.base ?? service.image).split(/:[^/]*$/)
  const runner = runners[name!]
  if (!runner) throw new Error(`Nothing runs ${name} here.`)
  return runner
}

function runOnce(placed: Placed, words: readonly string[]): Promise<CommandResult> {
  const { executable, command, env } = ownCommand(placed, words)
  const { promise, resolve } = Promise.withResolvers<CommandResult>()
  execFile(executable, command, { env }, (error, stdout, stderr) => {
    const code = error ? (typeof error.code === 'number' ? error.code : 1) : 0
    resolve({ code, stdout, stderr })
  })
  return promise
}

/** Far longer than the file allows: the machine may be busy, and has no image's programs warmed up. */
const patienceMs = 240_000

async function untilHealthy({ name, logFile, isHealthy }: Placed, isUp: () => boolean) {
  const until = performance.now() + patienceMs
  while (!(await isHealthy())) {
    const isLate = performance.now() > until
    if (!isLate && isUp()) continue
    const how = isLate ? 'is not healthy' : 'ended'
    throw new Error(`${name} ${how}. The end of its log:\n${tail(logFile)}`)
  }
}

function tail(file: string): string {
  if (!existsSync(file)) return '(none)'
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-20).join('\n')
}
