import { expect, test } from 'vitest'
import { scaleFor } from '../../src/ui/charts/scale.ts'

test('the lines of a chart are round numbers, and the last is not below the highest column', () => {
  expect(scaleFor(7)).toEqual({ top: 8, lines: [0, 2, 4, 6, 8] })
  expect(scaleFor(100)).toEqual({ top: 100, lines: [0, 50, 100] })
  for (const most of [1, 3, 4, 9, 11, 99.5, 1234, 80_000]) {
    const { top, lines } = scaleFor(most)
    expect(top).toBeGreaterThanOrEqual(most)
    expect(lines.at(-1)).toBe(top)
    expect(lines.length).toBeLessThanOrEqual(6)
  }
})

test('a chart of nothing has an axis all the same', () => {
  expect(scaleFor(0)).toEqual({ top: 1, lines: [0, 1] })
})
