import { describe, expect, test } from 'vitest'
import { isoDay, plusDays, writtenDay } from '../../src/reading/days.ts'
import { type Reader, Unacceptable } from '../../src/reading/form.ts'
import { decimal, digits } from '../../src/reading/numbers.ts'
import { flag, freeObject, listOf } from '../../src/reading/objects.ts'
import { email, oneOf, text, uuid } from '../../src/reading/texts.ts'

/** The value, or behind a ! what is wrong. */
function tried(reader: Reader<unknown>, sent: unknown): unknown {
  try {
    return reader(sent)
  } catch (error) {
    if (error instanceof Unacceptable) return `! ${error.message}`
    throw error
  }
}

describe('text keeps its blanks, and must be storable', () => {
  test.each([
    [' a  b ', ' a  b '],
    ['   ', '! must not be blank'],
    ['x'.repeat(11), '! must be at most 10 characters long'],
    ['a\0', '! must be valid Unicode text'],
    ['\ud800', '! must be valid Unicode text'],
    [null, '! must be text'],
    [undefined, '! is required'],
  ])('%j', (sent, outcome) => {
    expect(tried(text(10), sent)).toBe(outcome)
  })

  test('it may be empty where that is said', () => {
    expect(tried(text(10, 'empty'), '')).toBe('')
  })
})

test('words, UUIDs, addresses and flags', () => {
  expect(tried(oneOf(['a', 'b']), 'c')).toBe('! must be one of a, b')
  expect(tried(uuid, '0A18AD68-1AFB-424F-9693-DBE34260930D')).toBe(
    '0a18ad68-1afb-424f-9693-dbe34260930d',
  )
  expect(tried(uuid, '5')).toBe('! must be a UUID')
  expect(tried(email, 'Ada@Example.TEST')).toBe('ada@example.test')
  expect(tried(email, 'a b@example.test')).toBe('! must be an e-mail address')
  expect(tried(flag, 'true')).toBe('! must be true or false')
})

describe('numbers lose no digit', () => {
  const wrong = '! must be a number with up to 3 digits and 2 decimals'
  test.each([
    [12.1, '12.1'],
    ['012.10', '012.10'],
    [0.1 + 0.2, wrong],
    [-1, wrong],
    [1e21, wrong],
    ['1e2', wrong],
    [Number.NaN, wrong],
    [undefined, '! is required'],
  ])('%j', (sent, outcome) => {
    expect(tried(decimal(3, 2), sent)).toBe(outcome)
  })

  test('digits may begin with zeros and are not given twice', () => {
    expect(tried(digits(1, 20), '007')).toBe(7)
    expect(tried(digits(1, 20), '21')).toBe('! must be a whole number from 1 to 20')
    expect(tried(digits(1, 20), ['1', '2'])).toBe('! must be a whole number from 1 to 20')
  })
})

describe('days are real', () => {
  test.each([
    ['2024-02-29', '2024-02-29'],
    ['2023-02-29', '! must be a date like 2024-05-31'],
    ['2024-13-01', '! must be a date like 2024-05-31'],
    ['0999-01-01', '! must be a date like 2024-05-31'],
    [undefined, '! is required'],
  ])('%s', (sent, outcome) => {
    expect(tried(isoDay, sent)).toBe(outcome)
  })

  test('a written day becomes an ISO one', () => {
    expect(tried(writtenDay, '29/02/2024')).toBe('2024-02-29')
    expect(tried(writtenDay, '02/29/2024')).toBe('! must be a date like 31/05/2024')
  })

  test('days go on into the next month', () => {
    expect(plusDays('2024-02-28', 2)).toBe('2024-03-01')
  })
})

test('lists have entries, and not too many', () => {
  expect(tried(listOf(text(2), 2), ['a', 'b'])).toEqual(['a', 'b'])
  expect(tried(listOf(text(2), 2), ['a', null])).toBe('! must be text')
  expect(tried(listOf(text(2), 1), ['a', 'b'])).toBe('! must have at most 1 entries')
  expect(tried(listOf(text(2), 1), {})).toBe('! must be a list')
})

test('objects may be free, but not without bottom', () => {
  let deep: unknown = 1
  for (let level = 0; level < 100_000; level++) deep = { deep }
  expect(tried(freeObject, { a: [{ b: null }] })).toEqual({ a: [{ b: null }] })
  expect(tried(freeObject, { deep })).toBe('! must not be nested more than 20 levels deep')
  expect(tried(freeObject, [])).toBe('! must be an object')
})
