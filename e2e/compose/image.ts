import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'
import { readDockerignore } from './context.ts'
import { type Instruction, parseDockerfile, type Stage } from './dockerfile.ts'
import { checkout } from './project.ts'

/** What a stage of the Dockerfile comes to, in a folder instead of a container's file system. */
export interface Image {
  /** Stands for `/`. */
  readonly root: string
  readonly workdir: string
  readonly env: Readonly<Record<string, string>>
  readonly user: string
  readonly command: readonly string[]
  /** The image that it is based on. */
  readonly base: string
}

export const readStages = () => parseDockerfile(readFileSync(checkout('Dockerfile'), 'utf8'))

/**
 * Builds stages of the Dockerfile without Docker: carries out its COPY and RUN instructions in folders, with the
 * context that `.dockerignore` leaves. What an image brings from its base is not there: programs like node and mvn
 * are this machine's.
 */
export function createBuilder(folder: string): (target: string) => Promise<Image> {
  const stages = new Map(readStages().map((stage) => [stage.name, stage]))
  const isIgnored = readDockerignore(checkout('.dockerignore'))
  const built = new Map<string, Promise<Image>>()
  const have = (name: string) => {
    const image = built.get(name) ?? build(stages.get(name)!)
    built.set(name, image)
    return image
  }

  async function build(stage: Stage): Promise<Image> {
    const parent = stages.has(stage.from) ? await have(stage.from) : undefined
    const root = join(folder, stage.name)
    mkdirSync(root, { recursive: true })
    if (parent) cpSync(parent.root, root, { recursive: true, verbatimSymlinks: true })
    const empty = { workdir: '/', env: {}, user: 'root', command: [], base: stage.from }
    let image: Image = { ...empty, ...parent, root }
    for (const instruction of stage.instructions) image = await carryOut(instruction, image)
    return image
  }

  async function carryOut(instruction: Instruction, image: Image): Promise<Image> {
    switch (instruction.kind) {
      case 'copy': {
        const from = instruction.from === undefined ? undefined : await have(instruction.from)
        for (const source of instruction.sources) copy(source, instruction, image, from)
        return image
      }
      case 'run':
        await run(instruction.command, image)
        return image
      case 'workdir': {
        const workdir = resolve(image.workdir, instruction.path)
        mkdirSync(join(image.root, workdir), { recursive: true })
        return { ...image, workdir }
      }
      case 'env':
        return { ...image, env: { ...image.env, [instruction.name]: instruction.value } }
      case 'user':
        return { ...image, user: instruction.name }
      case 'command':
        return { ...image, command: instruction.command }
      case 'expose':
        return image
    }
  }

  function copy(
    source: string,
    { to, sources }: { to: string; sources: string[] },
    image: Image,
    from?: Image,
  ) {
    const path = from ? join(from.root, source) : checkout(source)
    if (!existsSync(path)) throw new Error(`COPY ${source}: there is no such file.`)
    const target = join(image.root, resolve(image.workdir, to))
    const intoFolder = to.endsWith('/') || to === '.' || to === './' || sources.length > 1
    const isFolder = statSync(path).isDirectory()
    const place = !isFolder && intoFolder ? join(target, basename(path)) : target
    mkdirSync(isFolder ? place : dirname(place), { recursive: true })
    const filter = (file: string) => from !== undefined || !isIgnored(relative(checkout(''), file))
    cpSync(path, place, { recursive: true, verbatimSymlinks: true, filter })
  }

  return have
}

async function run(command: string, { root, workdir, env }: Image): Promise<void> {
  // This machine's programs and its way to the registries, but not what npm and vitest tell those they start.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^npm_|^(NODE_ENV|INIT_CWD)$/.test(name),
  )
  try {
    await promisify(execFile)('sh', ['-c', command], {
      cwd: join(root, workdir),
      env: { ...Object.fromEntries(inherited), PATH: programPath(), ...env },
      maxBuffer: 64 * 1024 * 1024,
    })
  } catch (cause) {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string }
    throw new Error(`RUN ${command} failed:\n${stdout}${stderr}`, { cause })
  }
}

/** Node's own folder first: images have that Node, whatever else this machine has. */
export function programPath(): string {
  return `${dirname(process.execPath)}:${process.env['PATH']}`
}
