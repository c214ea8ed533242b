import { expect, test } from 'vitest'
import { hoursInWords, openingHours } from '../../src/admin/opening-hours.ts'

const weekdays = ['08:30', '18:00']

test('days that follow each other and are alike are one line', () => {
  const hours = {
    mon: weekdays,
    tue: weekdays,
    wed: weekdays,
    fri: weekdays,
    sat: ['09:00', '13:00'],
  }
  expect(hoursInWords(hours)).toEqual([
    'Mon – Wed 08:30–18:00',
    'Fri 08:30–18:00',
    'Sat 09:00–13:00',
  ])
})

test('what is stored and is no pair of times counts as closed', () => {
  expect(hoursInWords({ mon: 'all day', tue: ['08:00'], wed: [8, 17], sun: null })).toEqual([])
})

test('a day that has lost one of its times is closed, and what is no day stays', () => {
  const before = { mon: weekdays, tue: weekdays, note: 'by appointment' }
  const said = (day: string, end: 'from' | 'to') =>
    day === 'mon'
      ? { from: '09:00', to: '12:00' }[end]
      : day === 'tue' && end === 'from'
        ? '09:00'
        : ''
  expect(openingHours(before, said)).toEqual({ mon: ['09:00', '12:00'], note: 'by appointment' })
})
