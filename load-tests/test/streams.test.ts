import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const main = fileURLToPath(new URL('../streams/main.ts', import.meta.url))

/** `npm run bench:streams`, and whatever comes of it. */
function bench(env: NodeJS.ProcessEnv, ...args: string[]) {
  const { promise, resolve } = Promise.withResolvers<{
    code: number
    said: string
    lastLine: string
  }>()
  execFile(
    process.execPath,
    [main, ...args],
    { env: { ...process.env, ...env } },
    (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : -1) : 0
      resolve({ code, said: stdout + stderr, lastLine: stdout.trimEnd().split('\n').at(-1) ?? '' })
    },
  )
  return promise
}

const small = ['--rounds', '1', '--rows', '300', '--lag-seconds', '1']

test('the last line has every contender, with what it was measured at', async () => {
  const { code, said, lastLine } = await bench({}, '--json', ...small, '--only', 'native,pgoutput')
  expect(code, said).toBe(0)
  const results = JSON.parse(lastLine) as Record<string, unknown>[]
  expect(results.map(({ name }) => name)).toEqual(['native', 'pgoutput'])
  for (const result of results) {
    for (const rate of ['snapshot', 'insert', 'update'])
      expect(result[`${rate}RowsPerSecond`]).toBeGreaterThan(0)
    expect(result['lagP50Ms']).toBeGreaterThanOrEqual(0)
    expect(result['lagP99Ms']).toBeGreaterThanOrEqual(result['lagP50Ms'] as number)
    expect(result['memoryMb']).toBeGreaterThan(0)
  }
  expect(results[1]!['capturedRowsPerSecond']).toBeGreaterThan(0)
}, 240_000)

test('a contender that cannot run is named with the reason, and the run fails', async () => {
  const env = { JAVA_HOME: '/nowhere' }
  const { code, lastLine } = await bench(env, '--json', ...small, '--only', 'native,reader')
  expect(code).toBe(1)
  const [native, reader] = JSON.parse(lastLine) as Record<string, unknown>[]
  expect(native).toHaveProperty('insertRowsPerSecond')
  expect(reader).toEqual({ name: 'reader', error: expect.stringMatching(/[Jj]ava/) as string })
}, 240_000)

test('a contender that there is not is answered with those that there are', async () => {
  const { code, said } = await bench({}, '--only', 'natve')
  expect(code).toBe(1)
  expect(said).toContain(
    'natve; there are native, reader, jdbc-sink, pgoutput, debezium-filled, debezium',
  )
})
