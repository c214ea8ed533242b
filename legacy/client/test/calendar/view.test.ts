import { expect, test } from 'vitest'
import { columnsOf, nextWorkingDay } from '../../src/calendar/view.ts'
import { daysFrom } from '../../src/time/days.ts'

const vets = [
  { id: 3, name: 'Hannah' },
  { id: 4, name: 'Liam' },
]
const week = daysFrom('2026-11-23', 7)
const view = { day: '2026-11-25', week, vets, vet: vets[0]!, scope: 'week' as const }
const daysOf = (columns: { day: string }[]) => columns.map(({ day }) => Number(day.slice(8)))

test('a week has its working days, and those of the weekend that are used', () => {
  expect(daysOf(columnsOf(view, false, () => false))).toEqual([23, 24, 25, 26, 27])
  const isUsed = (day: string) => day === '2026-11-28'
  expect(daysOf(columnsOf(view, false, isUsed))).toEqual([23, 24, 25, 26, 27, 28])
})

test('a narrow screen has the day that was chosen', () => {
  expect(daysOf(columnsOf(view, true, () => false))).toEqual([25])
})

test('a day has a column for each vet', () => {
  const columns = columnsOf({ ...view, scope: 'day' }, false, () => false)
  expect(columns.map(({ vetName }) => vetName)).toEqual(['Hannah', 'Liam'])
})

test('the calendar opens on the next day on which somebody works', () => {
  const mondays = [{ vetId: 3, vetName: 'Hannah', weekday: 1, starts: '09:00', ends: '12:00' }]
  expect(nextWorkingDay('2026-11-22', mondays)).toBe('2026-11-23')
  expect(nextWorkingDay('2026-11-23', mondays)).toBe('2026-11-23')
  expect(nextWorkingDay('2026-11-24', mondays)).toBe('2026-11-30')
  expect(nextWorkingDay('2026-11-24', [])).toBe('2026-11-24')
})
