import { mkdtempSync, rmSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Exchange } from '../../src/exchange.ts'
import { createFlags, type Flags } from '../../src/side/flags.ts'
import { type FlagServer, startFlagServer } from '../harness/flags.ts'
import { soon } from '../harness/soon.ts'

let server: FlagServer
let backupPath: string
let opened: Flags[]

beforeEach(async () => {
  server = await startFlagServer()
  backupPath = mkdtempSync(join(tmpdir(), 'strangler-flags-'))
  opened = []
})
afterEach(async () => {
  for (const flags of opened) flags.close()
  await server[Symbol.asyncDispose]()
  rmSync(backupPath, { recursive: true, force: true })
})

function open(): Flags {
  const flags = createFlags({
    url: server.settings['UNLEASH_URL']!,
    token: 'any',
    backupPath,
    instance: 'test',
    log: pino({ level: 'silent' }),
  })
  opened.push(flags)
  return flags
}

/** Waits for the first answer: before it, nothing is wanted. */
async function opening(): Promise<Flags> {
  const flags = open()
  await vi.waitUntil(() => flags.wanted('any', request('anybody')) !== undefined, soon)
  return flags
}

function request(
  id: string,
  { claims = {}, headers = {} }: { claims?: object; headers?: Record<string, string> } = {},
): Exchange {
  const req = { headers, socket: { remoteAddress: '203.0.113.7' } } as unknown as IncomingMessage
  return { req, principal: { id, claims } } as unknown as Exchange
}

test('a growing share moves nobody back, 0 % is nobody and 100 % is everybody', async () => {
  const percents = Array.from({ length: 101 }, (_, percent) => percent)
  for (const percent of percents) server.set(`at_${percent}`, percent, { group: 'patients' })
  const flags = await opening()
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (id) => {
      const sides = percents.map((percent) => flags.wanted(`at_${percent}`, request(id)))
      const turn = sides.indexOf('extracted')
      expect(turn).toBeGreaterThan(0)
      expect(sides.slice(0, turn)).toEqual(percents.slice(0, turn).map(() => 'legacy'))
      expect(sides.slice(turn)).toEqual(percents.slice(turn).map(() => 'extracted'))
    }),
    { numRuns: 200 },
  )
})

test('a share is about that share of the principals', async () => {
  server.set('patients', 30)
  const flags = await opening()
  const extracted = Array.from({ length: 2000 }, (_, at) =>
    flags.wanted('patients', request(`token:${at}`)),
  ).filter((side) => side === 'extracted')
  expect(extracted.length / 2000).toBeGreaterThan(0.25)
  expect(extracted.length / 2000).toBeLessThan(0.35)
  expect(flags.share('patients')).toBe(30)
})

test.each([
  ['a claim of the token', { claims: { clinic: '7' } }, 'extracted'],
  ['a claim that is a number', { claims: { clinic: 7 } }, 'extracted'],
  ['a header', { headers: { clinic: '7' } }, 'extracted'],
  ['another clinic', { claims: { clinic: '8' } }, 'legacy'],
  ['no clinic', {}, 'legacy'],
  [
    'a header that contradicts the token',
    { claims: { clinic: '8' }, headers: { clinic: '7' } },
    'legacy',
  ],
])('a constraint to clinic 7 and %s', async (_, told, side) => {
  const constraints = [{ contextName: 'clinic', operator: 'IN', values: ['7'] }]
  server.set('patients', 100, { constraints })
  const flags = await opening()
  expect(flags.wanted('patients', request('token:1', told))).toBe(side)
})

test('a flag that nobody made wants nobody on the extracted side', async () => {
  const flags = await opening()
  expect(flags.wanted('patients', request('token:1'))).toBe('legacy')
  expect(flags.share('patients')).toBe(0)
})

test('while Unleash is down its last answer stands, also for a proxy that starts then', async () => {
  server.set('patients', 100)
  const flags = await opening()
  server.fail(true)
  const restarted = open()
  await vi.waitUntil(() => restarted.wanted('patients', request('token:1')) === 'extracted', soon)
  expect(flags.wanted('patients', request('token:1'))).toBe('extracted')
  expect(restarted.share('patients')).toBe(100)
})

test('as long as Unleash was never read, no side is wanted', async () => {
  server.fail(true)
  const warned = Promise.withResolvers<void>()
  const log = pino({ level: 'warn' }, { write: () => warned.resolve() })
  const flags = createFlags({
    url: server.settings['UNLEASH_URL']!,
    token: 'any',
    backupPath,
    instance: 'test',
    log,
  })
  opened.push(flags)
  await warned.promise
  expect(flags.wanted('patients', request('token:1'))).toBeUndefined()
})

test('a share that changes is known within seconds, without a restart', async () => {
  server.set('patients', 10)
  const flags = await opening()
  server.set('patients', 60)
  await vi.waitUntil(() => flags.share('patients') === 60, 5000)
  expect(flags.share('patients')).toBe(60)
})

test('a poll that fails after the end harms nobody', async () => {
  const flags = await opening()
  const unhandled: unknown[] = []
  const note = (error: unknown) => void unhandled.push(error)
  process.on('unhandledRejection', note)
  const answer = await server.holdNext()
  flags.close()
  answer(401)
  await opening() // The answer to another one has come since.
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
})
