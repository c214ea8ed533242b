import { expect, test } from 'vitest'
import { nextRate, searchRate } from '../src/find-rate.ts'
import { processorsOf, shareBetween } from '../src/processor.ts'

test('the next rate is what half of the processors would be, if each thing takes what it took', () => {
  expect(nextRate(1, 0.25, 0)).toBe(2)
  expect(nextRate(4, 0.9, 0.1)).toBe(2)
})

test('what runs besides is not the load’s', () => {
  expect(nextRate(1, 0.3, 0.1)).toBe(2)
})

test('a try that says little is not believed for more than four times as much, or less', () => {
  expect(nextRate(1, 0.01, 0)).toBe(4)
  expect(nextRate(8, 1, 0.45)).toBe(2)
})

test('a system that takes less once it is warm is measured again', async () => {
  let things = 0
  const shareAt = async (rate: number) => rate * ((things += rate * 45) < 900 ? 0.05 : 0.03)
  const rate = await searchRate({ shareAt, say: () => {} }, 0)
  expect(rate * 0.03).toBeCloseTo(0.5, 1)
})

test('a machine that never comes to rest at half is given up on after some tries', async () => {
  let tries = 0
  const shareAt = async () => (tries++ % 2 === 0 ? 0.2 : 0.9)
  await searchRate({ shareAt, say: () => {} }, 0)
  expect(tries).toBe(8)
})

test('time that other guests of the host took, and that of devices, is no rest', () => {
  const before = processorsOf('cpu  100 0 50 800 50 0 0 0 0 0\ncpu0 1 1\n')
  const after = processorsOf('cpu  200 10 90 900 50 20 10 20 70 0\ncpu0 1 1\n')
  expect(shareBetween(before, after)).toBeCloseTo(200 / 300)
})

test('waiting for a disk is rest', () => {
  const before = processorsOf('cpu  0 0 0 0 0 0 0 0\n')
  expect(shareBetween(before, processorsOf('cpu  50 0 0 0 50 0 0 0\n'))).toBe(0.5)
})
