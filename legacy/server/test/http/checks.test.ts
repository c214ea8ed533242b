import { describe, expect, test } from 'vitest'
import { Refusal } from '../../src/http/errors.ts'
import { instant, isoDay, writtenDay } from '../../src/http/dates.ts'
import {
  decimal,
  digits,
  email,
  freeObject,
  integer,
  listOf,
  nullable,
  optional,
  record,
  text,
} from '../../src/http/checks.ts'
import { type Check, readChanges, readFields } from '../../src/http/fields.ts'

/** The value, or what is wrong with it. */
function tried(check: Check<unknown>, value: unknown): unknown {
  try {
    return readFields({ field: value }, { field: check }).field
  } catch (error) {
    if (error instanceof Refusal) return `! ${error.problems[0]?.message}`
    throw error
  }
}

test('all problems are told at once, in the order of the shape', () => {
  const shape = { name: text(5), count: integer(1, 3), note: optional(nullable(text(2)), null) }
  expect(() => readFields({ note: 'long', count: 4 }, shape)).toThrow(
    'name is required; count must be a whole number from 1 to 3; note must be at most 2 characters long',
  )
})

test('of changes only what was sent is read, and null is sent', () => {
  const shape = { name: text(5), note: optional(nullable(text(2)), 'x') }
  expect(readChanges({ note: null, other: 1 }, shape)).toEqual({ note: null })
})

test.each([[null], [[]], ['text'], [5], [undefined]])('%j is no body', (body) => {
  expect(() => readFields(body, {})).toThrow('body must be a JSON object')
})

describe('money keeps every digit', () => {
  test.each([
    [12.1, '12.1'],
    ['0012.10', '! must be a number with up to 3 digits and 2 decimals'],
    ['012.10', '012.10'],
    [999.99, '999.99'],
    [0.1 + 0.2, '! must be a number with up to 3 digits and 2 decimals'],
    [-1, '! must be a number with up to 3 digits and 2 decimals'],
    [1e21, '! must be a number with up to 3 digits and 2 decimals'],
    ['1e2', '! must be a number with up to 3 digits and 2 decimals'],
    [Number.NaN, '! must be a number with up to 3 digits and 2 decimals'],
    [undefined, '! is required'],
  ])('%j', (value, outcome) => {
    expect(tried(decimal(3, 2), value)).toBe(outcome)
  })
})

describe('days are real', () => {
  test.each([
    ['2024-02-29', '2024-02-29'],
    ['2023-02-29', '! must be a date like 2024-05-31'],
    ['2024-13-01', '! must be a date like 2024-05-31'],
    ['0999-01-01', '! must be a date like 2024-05-31'],
    ['2024-2-9', '! must be a date like 2024-05-31'],
  ])('%s', (value, outcome) => {
    expect(tried(isoDay, value)).toBe(outcome)
  })

  test('a written day becomes an ISO one', () => {
    expect(tried(writtenDay, '29/02/2024')).toBe('2024-02-29')
    expect(tried(writtenDay, '02/29/2024')).toBe('! must be a date like 31/05/2024')
  })

  test('a moment needs a zone', () => {
    expect(tried(instant, '2024-02-29T23:30:00-05:00')).toEqual(new Date('2024-03-01T04:30:00Z'))
    expect(tried(instant, '2024-02-29T23:30:00')).toBe('! must be a time like 2024-05-31T09:30:00Z')
    expect(tried(instant, '2024-02-30T23:30:00Z')).toBe(
      '! must be a time like 2024-05-31T09:30:00Z',
    )
  })
})

test('text keeps its blanks, and must be storable', () => {
  expect(tried(text(10), ' a  b ')).toBe(' a  b ')
  expect(tried(text(10), '   ')).toBe('! must not be blank')
  expect(tried(text(10, 0), '')).toBe('')
  expect(tried(text(10), 'a\0')).toBe('! must be valid Unicode text')
  expect(tried(text(10), '\ud800')).toBe('! must be valid Unicode text')
})

test('an e-mail address is kept in lower case', () => {
  expect(tried(email, 'Ada@Example.TEST')).toBe('ada@example.test')
  expect(tried(email, 'a b@example.test')).toBe('! must be an e-mail address')
})

test('digits of a query are a number', () => {
  expect(tried(digits(1, 20), '007')).toBe(7)
  expect(tried(digits(1, 20), '21')).toBe('! must be a whole number from 1 to 20')
  expect(tried(digits(1, 20), ['1', '2'])).toBe('! must be a whole number from 1 to 20')
})

test('lists and records tell which part is wrong', () => {
  const entry = record({ day: integer(1, 7) })
  expect(tried(listOf(entry, 2), [{ day: 1, other: 2 }])).toEqual([{ day: 1 }])
  expect(tried(listOf(entry, 2), [{ day: 8 }])).toBe(
    '! has a day that must be a whole number from 1 to 7',
  )
  expect(tried(listOf(entry, 1), [{ day: 1 }, { day: 1 }])).toBe('! must have at most 1 entries')
})

test('objects may be free, but not without bottom', () => {
  let deep: unknown = 1
  for (let level = 0; level < 100_000; level++) deep = { deep }
  expect(tried(freeObject, { a: [{ b: null }] })).toEqual({ a: [{ b: null }] })
  expect(tried(freeObject, { deep })).toBe('! must not be nested more than 20 levels deep')
})
