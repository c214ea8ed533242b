import { describe, expect, test } from 'vitest'
import {
  barrierApplied,
  isRefusal,
  judgeBarrier,
  judgeFence,
  judgeSequences,
  mayApply,
} from '../../src/machine/index.ts'

const up = { epoch: 5, fenced: true }
const open = { epoch: 5, fenced: false }

describe('A fence that is asked to change', () => {
  test('changes for a higher epoch, whatever it is', () => {
    for (const row of [up, open]) {
      expect(judgeFence(row, { epoch: 6, fenced: true })).toBe('change')
      expect(judgeFence(row, { epoch: 6, fenced: false })).toBe('change')
    }
  })

  test('is done already at its own epoch, and refuses a lower one', () => {
    expect(judgeFence(up, up)).toBe('done')
    expect(judgeFence(open, open)).toBe('done')
    expect(judgeFence(up, { epoch: 4, fenced: true })).toEqual({
      refused: 'the fence is at epoch 5 already',
    })
    expect(isRefusal(judgeFence(up, { epoch: 4, fenced: false }))).toBe(true)
  })

  test('fails when one epoch is asked to open and to fence', () => {
    expect(() => judgeFence(up, open)).toThrow('epoch 5 both opens and fences')
  })
})

test('A barrier counts for the epoch of the fence that is up, and for no other', () => {
  expect(judgeBarrier(up, 5)).toBe('write')
  expect(isRefusal(judgeBarrier(up, 4))).toBe(true)
  expect(isRefusal(judgeBarrier(up, 6))).toBe(true)
  expect(() => judgeBarrier(open, 5)).toThrow('both opens and fences')
})

test('A barrier that was applied for another attempt is not this one’s', () => {
  expect(barrierApplied(5, 5)).toBe(true)
  expect(barrierApplied(4, 5)).toBe(false)
  expect(barrierApplied(6, 5)).toBe(false)
})

test('Sequences are raised only by an attempt that is above the fence', () => {
  expect(judgeSequences(up, 6)).toBe('raise')
  expect(isRefusal(judgeSequences(up, 5))).toBe(true)
  expect(isRefusal(judgeSequences(open, 4))).toBe(true)
})

test('An applier writes only where applications may not, because the other side is the owner', () => {
  expect(mayApply(up, 5)).toBe(true)
  expect(isRefusal(mayApply(open, 5))).toBe(true)
  expect(isRefusal(mayApply(up, 3))).toBe(true)
})
