import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { expect, test } from 'vitest'
import { checkout } from '../project.ts'

const file = checkout('deploy/compose/secrets.mjs')
const example = checkout('.env.example')
const empty = readFileSync(example, 'utf8').matchAll(/^(\w+)=$/gm)
const names = [...empty].map(([, name]) => name!)

function check(secrets: Readonly<Record<string, string | undefined>>) {
  const env = Object.fromEntries(
    Object.entries(secrets).map(([name, value]) => [`CHECK_${name}`, value]),
  )
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], { env, encoding: 'utf8' })
  return { status, said: (stdout + stderr).split('\n').filter(Boolean) }
}

const made = () =>
  parseEnv(execFileSync(process.execPath, [file, '--new', example], { encoding: 'utf8' }))

test('of each secret that is not set, a person is warned, and the start goes on', () => {
  const { status, said } = check(Object.fromEntries(names.map((name) => [name, ''])))
  expect(status).toBe(0)
  expect(names.length).toBeGreaterThan(10)
  for (const name of names) expect(said).toContain(`WARNING: default secret in use: set ${name}`)
})

test('of a default that somebody wrote down, and of a short secret, a person is warned', () => {
  const { said } = check({
    ...made(),
    JWT_SECRET: 'insecure-default-jwt-secret',
    ADMIN_TOKEN: 'short',
  })
  expect(said).toContain('WARNING: default secret in use: set JWT_SECRET')
  expect(said).toContain('WARNING: short secret in use: ADMIN_TOKEN')
  expect(said).toHaveLength(3)
})

test('an .env that was made up has all secrets, each another, and no warning', () => {
  const secrets = made()
  expect(Object.keys(secrets).toSorted()).toEqual(names.toSorted())
  expect(new Set(Object.values(secrets)).size).toBe(names.length)
  expect(check(secrets)).toEqual({ status: 0, said: [] })
})
