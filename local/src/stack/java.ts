import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const howToGetThem =
  'on Debian and Ubuntu: apt-get install openjdk-17-jdk-headless maven; on macOS: brew install maven'

let known: string | undefined | null = null

/** What keeps Kafka, Connect and Redis from being had here, for a person; undefined when nothing does. */
export function missingForStack(): string | undefined {
  if (known === null) known = findMissing(process.env)
  return known
}

/** Java's program: that of JAVA_HOME, else the one in PATH. */
export function javaProgram(environment: NodeJS.ProcessEnv = process.env): string {
  const { JAVA_HOME } = environment
  return JAVA_HOME ? join(JAVA_HOME, 'bin/java') : 'java'
}

/** The same for any environment, and looked for each time. */
export function findMissing(environment: NodeJS.ProcessEnv): string | undefined {
  const version = javaVersion(environment)
  const isMavenThere = spawnSync('mvn', ['--version'], { env: environment }).status === 0
  const missing = [
    ...(version !== undefined && version >= 17 ? [] : [aboutJava(version, environment)]),
    ...(isMavenThere ? [] : ['Maven']),
  ]
  if (missing.length === 0) return undefined
  return `Kafka, Connect and Redis need ${missing.join(' and ')} here (${howToGetThem}).`
}

function aboutJava(version: number | undefined, { JAVA_HOME }: NodeJS.ProcessEnv): string {
  const where = JAVA_HOME ? `JAVA_HOME, ${JAVA_HOME},` : 'PATH'
  const found = version === undefined ? `${where} has no javac` : `${where} has ${version}`
  return `a JDK of Java 17 or newer (${found})`
}

function javaVersion(environment: NodeJS.ProcessEnv): number | undefined {
  // The compiler's version: with a runtime alone the toolkit's class for Debezium cannot be built.
  const compiler = javaProgram(environment).replace(/java$/, 'javac')
  const { stdout } = spawnSync(compiler, ['-version'], { encoding: 'utf8', env: environment })
  const [, version] = /javac (?:1\.)?(\d+)/.exec(stdout ?? '') ?? []
  return version === undefined ? undefined : Number(version)
}
