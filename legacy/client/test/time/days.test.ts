import { describe, expect, test } from 'vitest'
import {
  addDays,
  ageInWords,
  counted,
  isIsoDay,
  isoOfWritten,
  mondayOf,
  weekdayOf,
  weekInWords,
  writtenOfIso,
} from '../../src/time/days.ts'

test.each([
  ['2024-02-29', true],
  ['2023-02-29', false],
  ['2024-13-01', false],
  ['24-01-01', false],
  ['', false],
  [null, false],
])('%j is a day: %s', (text, outcome) => {
  expect(isIsoDay(text)).toBe(outcome)
})

test('days are counted across months, years and the change to summer time', () => {
  expect(addDays('2024-02-28', 2)).toBe('2024-03-01')
  expect(addDays('2024-12-31', 1)).toBe('2025-01-01')
  expect(addDays('2024-03-31', -1)).toBe('2024-03-30')
})

test('a week begins on Monday', () => {
  expect(mondayOf('2024-06-03')).toBe('2024-06-03')
  expect(mondayOf('2024-06-09')).toBe('2024-06-03')
  expect([weekdayOf('2024-06-03'), weekdayOf('2024-06-09')]).toEqual([1, 7])
})

test.each([
  ['2026-11-23', '2026-11-29', '23 – 29 November 2026'],
  ['2026-11-30', '2026-12-06', '30 November – 6 December 2026'],
  ['2026-12-28', '2027-01-03', '28 December 2026 – 3 January 2027'],
])('the week from %s is called %s', (first, last, words) => {
  expect(weekInWords(first, last)).toBe(words)
})

test('written days become ISO ones and back', () => {
  expect(isoOfWritten('31/05/2024')).toBe('2024-05-31')
  expect(isoOfWritten(null)).toBeNull()
  expect(isoOfWritten('2024-05-31')).toBeNull()
  expect(writtenOfIso('2024-05-31')).toBe('31/05/2024')
})

describe('an age is told in what fits it', () => {
  test.each([
    ['2026-11-23', '0 days'],
    ['2026-11-22', '1 day'],
    ['2026-10-01', '53 days'],
    ['2026-09-24', '60 days'],
    ['2026-09-23', '2 months'],
    ['2024-11-24', '23 months'],
    ['2024-11-23', '2 years'],
    ['2016-02-29', '10 years'],
    ['2026-11-24', 'not born yet'],
  ])('%s: %s', (born, words) => {
    expect(ageInWords(born, '2026-11-23')).toBe(words)
  })
})

test('a number goes with the right word', () => {
  expect([counted(1, 'patient'), counted(1234, 'patient')]).toEqual(['1 patient', '1,234 patients'])
})
