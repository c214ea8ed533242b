import { expect, test } from 'vitest'
import { movedBy, quantity } from '../../src/inventory/words.ts'

test('a quantity has as many decimals as it needs', () => {
  expect(['120.000', '2.500', '0.125', '1234.000', '0.000'].map(quantity)).toEqual([
    '120',
    '2.5',
    '0.125',
    '1,234',
    '0',
  ])
})

test('what came has a plus and what went a minus', () => {
  expect(['100.000', '-2.500', '-1000.000'].map(movedBy)).toEqual(['+100', '−2.5', '−1,000'])
})
