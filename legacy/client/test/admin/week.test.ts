import { expect, test } from 'vitest'
import { complaintAbout, hoursIn } from '../../src/admin/week.ts'

const morning = { starts: '09:00', ends: '12:30' }
const afternoon = { starts: '13:30', ends: '17:30' }

test('hours that follow each other are fine, in any order, and so is a day off', () => {
  expect(complaintAbout([afternoon, morning])).toBeNull()
  expect(
    complaintAbout([
      { starts: '09:00', ends: '12:00' },
      { starts: '12:00', ends: '13:00' },
    ]),
  ).toBeNull()
  expect(complaintAbout([])).toBeNull()
})

test('hours that overlap are not', () => {
  expect(complaintAbout([afternoon, { starts: '12:00', ends: '13:45' }])).toBe(
    'These hours overlap.',
  )
})

test('hours that end before they begin are not', () => {
  const complaint = 'The end must be later than the beginning.'
  expect(complaintAbout([{ starts: '12:00', ends: '09:00' }])).toBe(complaint)
  expect(complaintAbout([{ starts: '12:00', ends: '12:00' }])).toBe(complaint)
})

test('both times are needed', () => {
  expect(complaintAbout([morning, { starts: '13:00', ends: '' }])).toBe('Enter both times.')
})

test('the hours of a week add up', () => {
  expect(hoursIn([morning, afternoon])).toBe(7.5)
})
