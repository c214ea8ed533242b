import { expect, test } from 'vitest'
import { ConfigError, databaseConfig, serviceConfig } from '../src/config.ts'

const needed = {
  DATABASE_URL: 'postgres://patient@127.0.0.1/patient',
  JWT_SECRET: 'sixteen letters!',
}

test('what is not set is as it usually is', () => {
  expect(serviceConfig(needed)).toEqual({
    databaseUrl: needed.DATABASE_URL,
    jwtSecret: needed.JWT_SECRET,
    host: '127.0.0.1',
    port: 3001,
    poolSize: 10,
    statementTimeoutMs: 10_000,
    overdueAt: '02:30',
  })
})

test('the job can be left to somebody else', () => {
  expect(serviceConfig({ ...needed, OVERDUE_AT: 'off' }).overdueAt).toBeUndefined()
})

test('all that is wrong is told at once, with an example and without the secret', () => {
  const wrong = { DATABASE_URL: 'mysql://x', JWT_SECRET: 'short', POOL_SIZE: '0' }
  expect(() => serviceConfig(wrong)).toThrow(ConfigError)
  expect(() => serviceConfig(wrong)).toThrow(
    [
      'DATABASE_URL has 9 characters; it should be like postgres://patient:password@127.0.0.1:5432/patient',
      'JWT_SECRET has 5 characters; it should be like the secret, of at least 16 characters, of whoever issues the tokens',
      'POOL_SIZE is "0"; it should be like 10 (1 to 500)',
    ].join('\n'),
  )
})

test('jobs and the migrator need a database only', () => {
  expect(databaseConfig(needed)).toEqual({ databaseUrl: needed.DATABASE_URL })
  expect(() => databaseConfig({})).toThrow('DATABASE_URL is not set')
})
