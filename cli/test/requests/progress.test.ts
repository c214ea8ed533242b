import { expect, test } from 'vitest'
import { describeProgress } from '../../src/requests/progress.ts'

test.each([
  [{}, 'waiting'],
  [{ step: 'checking' }, 'checking'],
  [{ step: 'copying', table: 'pets' }, 'copying pets'],
  [{ step: 'copying', table: 'pets', done: 1200 }, 'copying pets: 1,200 rows'],
  [{ step: 'copying', done: 0, total: 0 }, 'copying: 0 rows'],
  [
    { step: 'copying', table: 'pets', done: 1200, total: 6000 },
    'copying pets: 1,200 of 6,000 rows (20 %)',
  ],
  [{ step: 'copying', done: 5999, total: 6000 }, 'copying: 5,999 of 6,000 rows (99 %)'],
  [{ step: 'copying', done: 7000, total: 6000 }, 'copying: 7,000 of 6,000 rows (100 %)'],
])('%j reads "%s"', (progress, text) => {
  expect(describeProgress(progress)).toBe(text)
})
