import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findMissing } from '../src/stack/java.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'strangler-programs-'))))
afterEach(() => rmSync(folder, { recursive: true }))

/** Puts a program that says something into the only folder of PATH. */
function program(name: string, says: string): void {
  const path = join(folder, name)
  writeFileSync(path, `#!/bin/sh\necho '${says}'\n`)
  chmodSync(path, 0o755)
}

const missing = (more: NodeJS.ProcessEnv = {}) => findMissing({ PATH: folder, ...more })

test('With a JDK of 17 and Maven nothing is missing', () => {
  program('javac', 'javac 17.0.15')
  program('mvn', 'Apache Maven 3.9.9')
  expect(missing()).toBeUndefined()
})

test.for([
  ['1.8.0_402', 8],
  ['11.0.2', 11],
  ['16', 16],
])('A JDK of %s is too old, and is told as %i', ([version, told]) => {
  program('javac', `javac ${version}`)
  program('mvn', 'Apache Maven 3.9.9')
  expect(missing()).toMatch(
    new RegExp(`need a JDK of Java 17 or newer \\(PATH has ${told}\\) here \\(on Debian`),
  )
})

test('Without Maven it is Maven that is named, and how to get it', () => {
  program('javac', 'javac 21')
  expect(missing()).toMatch(/^Kafka, Connect and Redis need Maven here .*apt-get install .*maven/)
})

test('Without either both are named', () => {
  expect(missing()).toMatch(/need a JDK of Java 17 or newer \(PATH has no javac\) and Maven here/)
})

test('A JAVA_HOME in which there is none is named, whatever is in PATH', () => {
  program('javac', 'javac 21')
  program('mvn', 'Apache Maven 3.9.9')
  expect(missing({ JAVA_HOME: '/nowhere' })).toContain('(JAVA_HOME, /nowhere, has no javac)')
})
