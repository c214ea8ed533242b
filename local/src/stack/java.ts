import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const howToGetThem =
  'on Debian and Ubuntu: apt-get install openjdk-17-jdk-headless maven; on macOS: brew install maven'

let known: string | undefined | null = null

/** What keeps Kafka, Connect and Redis from being had here, for a person; undefined when nothing does. */
export function missingForStack(): string | undefined {
  if (known === null) known = findOut()
  return known
}

/** Java's program: that of JAVA_HOME, else the one in PATH. */
export function javaProgram(environment: NodeJS.ProcessEnv = process.env): string {
  const { JAVA_HOME } = environment
  return JAVA_HOME ? join(JAVA_HOME, 'bin/java') : 'java'
}

function findOut(): string | undefined {
  const missing = [
    ...(javaVersion() >= 17 ? [] : ['a JDK of Java 17 or newer']),
    ...(spawnSync('mvn', ['--version']).status === 0 ? [] : ['Maven']),
  ]
  if (missing.length === 0) return undefined
  return `Kafka, Connect and Redis need ${missing.join(' and ')} here (${howToGetThem}).`
}

function javaVersion(): number {
  // The compiler's version: with a runtime alone the toolkit's class for Debezium cannot be built.
  const compiler = javaProgram().replace(/java$/, 'javac')
  const { stdout } = spawnSync(compiler, ['-version'], { encoding: 'utf8' })
  return Number(/javac (\d+)/.exec(stdout ?? '')?.[1] ?? 0)
}
