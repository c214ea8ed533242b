import type { Plan } from '@strangler/core'
import pc from 'picocolors'
import { expect, test } from 'vitest'
import { type SliceStatus, type Status, together } from '../../src/status/read.ts'
import { ago } from '../../src/output/ago.ts'
import { showStatus } from '../../src/status/show.ts'

const plain = pc.createColors(false)

const slice: SliceStatus = {
  slice: 'patients',
  owner: 'legacy',
  epoch: 7,
  phase: 'idle',
  reads: { extractedPercent: [25] },
  sync: 'streaming',
  error: null,
  streams: [
    {
      direction: 'forward',
      state: 'streaming',
      lagMs: 1234.6,
      changedSinceCertificate: 3,
      why: null,
    },
    {
      direction: 'reverse',
      state: 'streaming',
      lagMs: 9,
      changedSinceCertificate: null,
      why: null,
    },
  ],
  deadLetters: 0,
  writers: { state: 'on', against: [] },
  fences: [],
  altered: [],
  certificate: { at: new Date().toISOString(), clean: true, rows: 6000 },
  ready: { to: 'extracted', yes: true, why: null },
}
const status: Status = {
  worker: { id: 'one', live: true },
  proxies: [],
  slices: [slice],
  planned: [],
  outboxes: [],
  consumers: [],
}
const show = (changed: Partial<SliceStatus>, rest: Partial<Status> = {}) =>
  showStatus({ ...status, slices: [{ ...slice, ...changed }], ...rest }, plain).join('\n')

test('the lag shown is that of the stream that leaves the owner', () => {
  expect(show({})).toContain('1,235 ms')
  expect(show({ owner: 'extracted' })).toContain('9 ms')
})

test('proxies that see different shares are all told of', () => {
  expect(show({ reads: { extractedPercent: [25, 50] } })).toContain(
    '25 % extracted / 50 % extracted',
  )
})

test('what stopped, and why, stands below the table', () => {
  const [forward] = slice.streams
  const text = show({
    error: 'the slot is gone',
    streams: [{ ...forward!, why: 'a table is gone' }],
  })
  expect(text).toContain('patients: the slot is gone')
  expect(text).toContain('patients, forward stream: a table is gone')
})

test('dead letters stand below the table with the command that shows them', () => {
  const text = show({ deadLetters: 3 })
  expect(text).toContain('patients: 3 dead letters wait: strangler dead-letters list patients')
  expect(show({ deadLetters: 1 })).toContain('1 dead letter waits')
  expect(show({})).not.toContain('dead letter')
})

test('outboxes and consumers stand below the slices, with what is in their way and what their log keeps', () => {
  const consumer = {
    name: 'mails',
    state: 'running',
    why: null,
    keptBytes: null,
    behind: 12,
    lastEventAt: new Date().toISOString(),
    letters: 3,
    deadLetters: 1,
  } as const
  const text = show(
    {},
    {
      outboxes: [{ name: 'patient', state: 'stopped', why: 'a slot is gone', keptBytes: 70e6 }],
      consumers: [consumer, { ...consumer, name: 'idle', state: 'silent', letters: 0 }],
    },
  )
  expect(text).toMatch(/^outbox +patient +stopped +70 MB of log kept$/m)
  expect(text).toMatch(/^consumer +mails +running +12 events behind, last event 0 s ago$/m)
  expect(text).toMatch(/^consumer +idle +no process runs/m)
  expect(text).toContain('patient: a slot is gone')
  expect(text).toContain('mails: 3 letters wait, 1 dead: strangler dead-letters list mails')
  expect(text).not.toContain('strangler dead-letters list idle')
})

test('writers that are in the way are named, and it is said when nobody looked, as long as they may write', () => {
  const against = ['role "shop" was noted writing']
  expect(show({ writers: { state: 'on', against } })).toContain('patients: role "shop" was noted')
  expect(show({ writers: { state: 'on', against }, owner: 'extracted' })).not.toContain('noted')
  const never = show({ writers: { state: 'never', against: [] } })
  expect(never).toContain('strangler observe start patients')
  expect(show({})).not.toContain('observe')
})

test.for(['fences', 'altered'] as const)(
  'what is wrong with its %s stands below the table',
  (what) => {
    const why = 'legacy: public.pets was altered'
    expect(show({ [what]: [why] })).toContain(`patients: ${why}`)
  },
)

test('a worker that is not alive is one that does not run', () => {
  expect(show({}, { worker: { id: 'one', live: false } })).toContain('none runs')
})

test.each([
  [-5, '0 s ago'],
  [89_000, '89 s ago'],
  [90_000, '2 min ago'],
  [5_400_000, '2 h ago'],
])('%i ms is "%s"', (ms, text) => {
  expect(ago(ms)).toBe(text)
})

test('a slice that moves together with one that cannot is not ready, as long as both are on one side', () => {
  const writes = ['patients', 'visits']
  const routes = [{ method: 'POST', segments: ['visits'], effect: 'writes', writes }] as const
  const plan = { slices: new Map([['visits', { routes }]]), planned: new Map() } as unknown as Plan
  const late = { ...slice, slice: 'visits', ready: { to: 'extracted', yes: false, why: 'late' } }
  const readyOf = (other: SliceStatus) => together([slice, other], plan)[0]!.ready
  expect(readyOf(late)).toMatchObject({ yes: false, why: expect.stringContaining('visits') })
  expect(readyOf({ ...late, owner: 'extracted' })).toMatchObject({ yes: true })
  expect(together([slice, late], undefined)[0]!.ready).toMatchObject({ yes: true })
})

test('what a live proxy cannot reach stands below the slices', () => {
  const proxy = {
    id: 'p1',
    address: '',
    held: 0,
    writesInFlight: 0,
    troubles: ['does not reach x'],
  }
  expect(show({}, { proxies: [{ ...proxy, live: true }] })).toContain('proxy p1 does not reach x')
  expect(show({}, { proxies: [{ ...proxy, live: false }] })).not.toContain('does not reach')
})
