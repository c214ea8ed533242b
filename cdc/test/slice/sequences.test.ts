import { expect, test } from 'vitest'
import { canMeet } from '../../src/slice/sequences.ts'

const from = (next: bigint, step = 1n, last = 2n ** 63n - 1n) => ({ next, step, last })

test.for([
  ['from the same place', from(1n), from(1n), true],
  ['one behind the other', from(5000n), from(1n), true],
  ['odd and even', from(5001n, 2n), from(2n, 2n), false],
  ['both odd', from(5001n, 2n), from(1n, 2n), true],
  ['one that counts by one through what the other gives', from(1n), from(2n, 2n), true],
  ['of three sides', from(7n, 3n), from(2n, 6n), false],
  ['far apart', from(5000n), from(1_000_000_000_000n), false],
  ['one that ends before the other begins', from(1n, 1n, 99n), from(100n), false],
  ['one that ends where the other begins', from(1n, 1n, 100n), from(100n), true],
] as const)('two sequences meet or not: %s', ([, one, other, meet]) => {
  expect(canMeet(one, other)).toBe(meet)
  expect(canMeet(other, one)).toBe(meet)
})
