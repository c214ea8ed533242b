import {
  addSlices,
  type Certificate,
  reportStream,
  setCertificate,
  setSync,
  type StreamReport,
} from '@strangler/core'
import {
  createTestControlStore,
  startPostgres,
  type TestControlStore,
} from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readStatus } from '../../src/status/read.ts'

const opened = new AsyncDisposableStack()
let control: TestControlStore
beforeAll(async () => {
  const postgres = opened.use(await startPostgres())
  control = opened.use(await createTestControlStore(postgres))
  await addSlices(control.pool, ['pets'])
  await setSync(control.pool, 'pets', 'streaming')
})
afterAll(() => opened.disposeAsync())

const clean: Certificate = {
  at: new Date().toISOString(),
  clean: true,
  rows: 7,
  tables: [],
  position: '',
  worker: 'one',
}
interface Slice {
  readonly certificate: Certificate
  /** What the worker tells beside the forward stream's state. */
  readonly forward: StreamReport['detail']
  readonly state: StreamReport['state']
}
const well: Slice = { certificate: clean, forward: {}, state: 'streaming' }

test.for<[what: string, is: Partial<Slice>, why: string | null]>([
  ['with all it needs', {}, null],
  [
    'altered',
    { forward: { altered: ['DDL'] } },
    'altered since it was verified: strangler verify pets',
  ],
  [
    'with an altered fence',
    { forward: { fences: ['gone'] } },
    'its fences were altered: strangler sync start pets',
  ],
  [
    'with a dead letter',
    { forward: { deadLetters: 1 } },
    '1 dead letter: strangler dead-letters list pets',
  ],
  [
    'that differs',
    { certificate: { ...clean, clean: false } },
    'the sides differ: strangler verify pets',
  ],
  ['with a stream that waits', { state: 'waiting' }, 'the forward stream is waiting'],
])('a slice %0 can switch, or says why not', async ([, is, why]) => {
  const { certificate, forward, state } = { ...well, ...is }
  await setCertificate(control.pool, 'pets', certificate)
  const report = { slice: 'pets', lagMs: 0, detail: {}, state: 'streaming' } as const
  await reportStream(control.pool, { ...report, direction: 'reverse' })
  await reportStream(control.pool, {
    ...report,
    direction: 'forward',
    state,
    detail: forward,
  })
  const { slices } = await readStatus(control.pool, undefined)
  expect(slices.map(({ ready }) => ready)).toEqual([{ to: 'extracted', yes: why === null, why }])
})
