import type { SliceRow } from '@strangler/core'
import { expect, test } from 'vitest'
import { nextStep } from '../../src/roadmap/next-step.ts'

const ready = {
  name: 'patients',
  owner: 'legacy',
  phase: 'idle',
  sync: 'streaming',
  syncError: null,
  certificate: { clean: true },
} as unknown as SliceRow

test.each([
  ['no worker has seen it', undefined, 'strangler worker'],
  ['it is not synced', { ...ready, sync: 'none' }, 'strangler sync start patients'],
  ['its streams stopped', { ...ready, sync: 'stopped' }, 'strangler sync start patients'],
  ['a switch is under way', { ...ready, phase: 'draining' }, 'strangler status --watch'],
  ['it was never verified', { ...ready, certificate: null }, 'strangler verify patients'],
  ['the sides differ', { ...ready, certificate: { clean: false } }, 'strangler verify patients'],
  ['it is in step', ready, 'strangler switch patients --to extracted --dry-run'],
  [
    'the service owns it',
    { ...ready, owner: 'extracted' },
    'strangler switch patients --to legacy',
  ],
] as [string, SliceRow | undefined, string][])(
  'when %s the next step is to type: %s',
  (_, row, command) => {
    expect(nextStep('patients', row).command).toBe(command)
  },
)

test('dead letters come before the certificate, which cannot be clean with them', () => {
  const row = { ...ready, certificate: { clean: false } } as SliceRow
  expect(nextStep('patients', row, 2)).toMatchObject({
    command: 'strangler dead-letters list patients',
    why: expect.stringContaining('2 dead letters'),
  })
})

test('why streams stopped is what a person is told', () => {
  const row = { ...ready, sync: 'stopped', syncError: 'the slot is gone' } as SliceRow
  expect(nextStep('patients', row).why).toBe('the slot is gone')
})
