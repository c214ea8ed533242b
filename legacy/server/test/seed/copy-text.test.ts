import { expect, test } from 'vitest'
import { copyLine } from '../../src/seed/copy-text.ts'

const line = (...values: unknown[]) =>
  copyLine(Object.fromEntries(values.entries()), Object.keys(values))

test('values stand between tabs, and what is missing is no empty text', () => {
  expect(line(7, 'Bella', '', null, undefined, true)).toBe('7\tBella\t\t\\N\t\\N\ttrue\n')
})

test('what COPY takes for its own is marked', () => {
  expect(line('a\tb\nc\rd\\N')).toBe('a\\tb\\nc\\rd\\\\N\n')
})

test('lists are arrays whose elements may hold anything', () => {
  expect(line([], ['a,b', 'NULL', 'say "x"', 'back\\slash'])).toBe(
    String.raw`{}	{"a,b","NULL","say \\"x\\"","back\\\\slash"}` + '\n',
  )
})

test('other objects are JSON', () => {
  expect(line({ a: ['é', null], '"': '\\' })).toBe(String.raw`{"a":["é",null],"\\"":"\\\\"}` + '\n')
})

test('columns are written in the order that was asked for', () => {
  expect(copyLine({ b: 2, a: 1 }, ['a', 'b'])).toBe('1\t2\n')
})
