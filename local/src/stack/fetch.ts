import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { missingForStack } from './java.ts'

/** What can be fetched: the profiles of `local/stack/pom.xml`. */
export type Piece = 'kafka' | 'debezium-postgres' | 'debezium-jdbc' | 'redis'

const pom = fileURLToPath(new URL('../../stack/pom.xml', import.meta.url))
/** The toolkit's own class for Debezium, which it loads from beside its jars. */
const converter = fileURLToPath(new URL('../../../cdc/debezium', import.meta.url))
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
  const version = versionOf(piece)
  const folder = join(cache, version, piece)
  if (existsSync(folder)) return folder
  const missing = missingForStack()
  if (missing !== undefined) throw new Error(missing)
  // Made beside its place and moved there: what is broken off never passes for the whole.
  const half = `${folder}.${process.pid}`
  mkdirSync(half, { recursive: true })
  try {
    const files = join(half, 'files')
    const isolated = [`-DoutputDirectory=${files}`]
    await runMaven(piece, ['-f', pom, '-P', piece, ...goals[piece], ...isolated], say)
    if (piece === 'debezium-postgres') await buildConverter(half, files, say)
    renameSync(half, folder)
  } catch (error) {
    if (!existsSync(folder)) throw error // Otherwise another process was faster.
  } finally {
    rmSync(half, { recursive: true, force: true })
  }
  return folder
}

function versionOf(piece: Piece): string {
  const hash = createHash('sha256').update(readFileSync(pom))
  if (piece === 'debezium-postgres') {
    const sources = readdirSync(converter, { recursive: true, encoding: 'utf8' }).toSorted()
    const read = (name: string) => readFileSync(join(converter, name))
    for (const name of sources) if (/^pom|\.java$/.test(name)) hash.update(read(name))
  }
  return hash.digest('hex').slice(0, 12)
}

async function buildConverter(half: string, files: string, say: (line: string) => void) {
  const target = join(half, 'target')
  const parts = ['-f', join(converter, 'pom.xml'), `-Dstrangler.target=${target}`, 'package']
  await runMaven('converter', parts, say)
  for (const name of readdirSync(target)) {
    if (name.endsWith('.jar')) renameSync(join(target, name), join(files, name))
  }
}

async function runMaven(piece: string, parts: readonly string[], say: (line: string) => void) {
  say(`fetching ${piece} with Maven`)
  const maven = spawn('mvn', ['-B', ...parts], { stdio: ['ignore', 'pipe', 'pipe'] })
  const recent: string[] = []
  const tell = everySecond(say)
  let files = 0
  for (const stream of [maven.stdout, maven.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      const [, jar] = /^(?:\[INFO\] )?Downloaded from .*\/([^/]+\.jar) /.exec(line) ?? []
      if (jar) tell(`${piece}: ${++files} files, the last one ${jar}`)
      if (!line.includes('Download')) recent.push(line)
      if (recent.length > 30) recent.shift()
    })
  }
  const [code] = (await once(maven, 'close')) as [number | null]
  if (code === 0) return
  throw new Error(
    `Maven could not fetch ${piece}:\n${complaints(recent)}\nNothing of it is kept here, so the same again fetches it. Where the network wants a proxy or a mirror, Maven's ~/.m2/settings.xml says which.`,
  )
}

/** What went wrong, without what Maven says about itself. */
function complaints(lines: readonly string[]): string {
  const errors = lines.flatMap((line) => /^\[ERROR\] (.*\S)/.exec(line)?.[1] ?? [])
  const own = errors.filter(
    (line) => !/^(To see the full|Re-run Maven|For more info|\[Help)/.test(line),
  )
  return (own.length > 0 ? own : lines).map((line) => `  ${line}`).join('\n')
}

function everySecond(say: (line: string) => void): (line: string) => void {
  let last = performance.now()
  return (line) => {
    if (performance.now() - last < 1000) return
    last = performance.now()
    say(line)
  }
}
