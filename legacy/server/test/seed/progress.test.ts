import { expect, test } from 'vitest'
import { createProgress, describe } from '../../src/seed/progress.ts'

function progressOn(isTerminal: boolean) {
  const written: string[] = []
  let now = 0
  const progress = createProgress({
    expected: 1000,
    isTerminal,
    write: (text) => void written.push(text),
    clock: () => now,
  })
  return { progress, written, pass: (ms: number) => (now += ms) }
}

test('it says how many rows, of how many, how fast, and how long it still takes', () => {
  expect(describe({ rows: 1_200_000, expected: 10_000_000, elapsedMs: 30_000 })).toBe(
    '1,200,000 of about 10,000,000 rows (12 %), 40,000 rows/s, 4 min left',
  )
})

test('the last minute is told in seconds', () => {
  expect(describe({ rows: 9_000_000, expected: 10_000_000, elapsedMs: 180_000 })).toContain(
    '50,000 rows/s, 20 s left',
  )
})

test('more rows than were thought of are not more than all', () => {
  expect(describe({ rows: 1100, expected: 1000, elapsedMs: 1000 })).toContain('(99 %)')
  expect(describe({ rows: 1100, expected: 1000, elapsedMs: 1000 })).toContain('0 s left')
})

test('a terminal has one line, written over', () => {
  const { progress, written, pass } = progressOn(true)
  pass(200)
  progress.note(100, 'pets')
  progress.end()
  expect(written).toEqual([
    '\r\x1b[2K100 of about 1,000 rows (10 %), 500 rows/s, 2 s left: pets',
    '\r\x1b[2K',
  ])
})

test('a file gets whole lines, seldom', () => {
  const { progress, written, pass } = progressOn(false)
  pass(4999)
  progress.note(100, 'owners')
  pass(1)
  progress.note(100, 'pets')
  progress.note(100, 'pets')
  progress.end()
  expect(written).toEqual(['200 of about 1,000 rows (20 %), 40 rows/s, 20 s left: pets\n'])
})

test('what is done at once says nothing', () => {
  const { progress, written } = progressOn(true)
  progress.note(100, 'pets')
  progress.end()
  expect(written).toEqual([])
})
