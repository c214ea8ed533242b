import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { missingForStack } from './java.ts'

/** What can be fetched: the profiles of `local/stack/pom.xml`. */
export type Piece = 'kafka' | 'debezium-postgres' | 'debezium-jdbc' | 'redis'

const pom = fileURLToPath(new URL('../../stack/pom.xml', import.meta.url))
const cache = fileURLToPath(
  new URL('../../../node_modules/.cache/strangler-stack', import.meta.url),
)

/** Connect has them already; two of a kind would only make it start more slowly. */
const providedByConnect = '-DexcludeGroupIds=org.apache.kafka,org.slf4j'

const goals: Readonly<Record<Piece, readonly string[]>> = {
  kafka: ['dependency:copy-dependencies'],
  'debezium-postgres': ['dependency:copy-dependencies', providedByConnect],
  'debezium-jdbc': ['dependency:copy-dependencies', providedByConnect],
  redis: [
    'dependency:unpack-dependencies',
    '-DincludeArtifactIds=embedded-redis',
    '-Dmdep.unpack.includes=redis-server-*',
  ],
}

/**
 * Has Maven fetch a piece, unless it lies here already.
 *
 * @returns a folder that holds its files in a folder `files`, as Connect wants a plugin to lie.
 * @throws Error that names what is missing, or what Maven said.
 */
export async function fetchPiece(piece: Piece, say: (line: string) => void): Promise<string> {
  const version = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12)
  const folder = join(cache, version, piece)
  if (existsSync(folder)) return folder
  const missing = missingForStack()
  if (missing !== undefined) throw new Error(missing)
  // Made beside its place and moved there: what is broken off never passes for the whole.
  const half = `${folder}.${process.pid}`
  mkdirSync(half, { recursive: true })
  try {
    await runMaven(piece, join(half, 'files'), say)
    renameSync(half, folder)
  } catch (error) {
    if (!existsSync(folder)) throw error // Otherwise another process was faster.
  } finally {
    rmSync(half, { recursive: true, force: true })
  }
  return folder
}

async function runMaven(piece: Piece, folder: string, say: (line: string) => void) {
  say(`fetching ${piece} with Maven`)
  const maven = spawn(
    'mvn',
    ['-B', '-f', pom, '-P', piece, ...goals[piece], `-DoutputDirectory=${folder}`],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const recent: string[] = []
  const tell = everySecond(say)
  let files = 0
  for (const stream of [maven.stdout, maven.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      const [, jar] = /^(?:\[INFO\] )?Downloaded from .*\/([^/]+\.jar) /.exec(line) ?? []
      if (jar) tell(`${piece}: ${++files} files, the last one ${jar}`)
      if (!line.includes('Download')) recent.push(line)
      if (recent.length > 20) recent.shift()
    })
  }
  const [code] = (await once(maven, 'close')) as [number | null]
  if (code === 0) return
  throw new Error(`Maven could not fetch ${piece}:\n${recent.join('\n')}`)
}

function everySecond(say: (line: string) => void): (line: string) => void {
  let last = performance.now()
  return (line) => {
    if (performance.now() - last < 1000) return
    last = performance.now()
    say(line)
  }
}
