import { describe, expect, test } from 'vitest'
import { readConfig } from '../src/config.ts'

const right = {
  ADMIN_TOKEN: 'a token of sixteen or more',
  CONTROL_URL: 'postgres://strangler:hush@127.0.0.1:5432/strangler',
}

function complaint(environment: Record<string, string>): string {
  try {
    return `nothing: ${JSON.stringify(readConfig(environment))}`
  } catch (error) {
    const { code, message } = error as { code: string; message: string }
    return `${code}: ${message}`
  }
}

test('what is not set has a default: loopback, and the bounds of a hold', () => {
  expect(readConfig(right)).toMatchObject({
    HOST: '127.0.0.1',
    ADMIN_HOST: '127.0.0.1',
    HOLD_MS: 10_000,
    MAX_HELD: 1000,
    CATCH_UP_MS: 2000,
  })
})

test('an empty variable is one that is not set', () => {
  expect(readConfig({ ...right, PORT: '' }).PORT).toBe(8080)
})

test('two proxies on one machine have different names', () => {
  expect(readConfig(right).PROXY_ID).not.toBe(readConfig(right).PROXY_ID)
})

test('everything that is wrong is named at once, with what it held and an example', () => {
  const text = complaint({ PORT: '99999', MAX_HELD: 'many', LOG_LEVEL: 'loud' })
  expect(text).toMatch(/^WRONG_SETTING: The proxy cannot start/)
  expect(text).toMatch(/PORT is "99999" .*for example PORT=8080/)
  expect(text).toMatch(/MAX_HELD is "many" .*for example MAX_HELD=1000/)
  expect(text).toMatch(/LOG_LEVEL is "loud" .*for example LOG_LEVEL=info/)
  expect(text).toMatch(/ADMIN_TOKEN is not set; for example ADMIN_TOKEN=/)
  expect(text).toMatch(/CONTROL_URL is not set; for example CONTROL_URL=postgres:/)
})

describe('what a secret held is not printed', () => {
  test.each([
    ['ADMIN_TOKEN', 'hush'],
    ['CONTROL_URL', 'mysql://user:hush@127.0.0.1/db'],
    ['UNLEASH_URL', 'ftp://user:hush@127.0.0.1/'],
  ])('of %s', (name, value) => {
    const text = complaint({ ...right, [name]: value })
    expect(text).toMatch(new RegExp(`${name} is not right .*; for example ${name}=`))
    expect(text).not.toContain('hush')
  })
})
