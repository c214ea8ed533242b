import { expect, test } from 'vitest'
import { byPartOfDay, firstWith, freeTimes } from '../../src/calendar/slots.ts'

const slot = (start: string, vetId: number) => ({
  vetId,
  vetName: `Vet ${vetId}`,
  start: `2026-06-01T${start}:00.000Z`,
  end: '',
})

const slots = [slot('08:00', 3), slot('08:15', 4), slot('08:00', 4), slot('11:00', 3)]

test('a time is told once, with everybody who is free then, by the clock at the clinic', () => {
  const times = freeTimes(slots, 'Europe/London', new Date('2026-05-31T00:00:00Z'))
  expect(times.map(({ clock, vets }) => [clock, vets.map(({ id }) => id)])).toEqual([
    ['09:00', [3, 4]],
    ['09:15', [4]],
    ['12:00', [3]],
  ])
})

test('what has passed is not free any more', () => {
  const times = freeTimes(slots, 'Europe/London', new Date('2026-06-01T08:00:00Z'))
  expect(times.map(({ clock }) => clock)).toEqual(['09:15', '12:00'])
})

test('parts of the day without free times are left out', () => {
  const times = freeTimes(slots, 'Europe/London', new Date('2026-06-01T09:00:00Z'))
  expect(byPartOfDay(times).map(({ name }) => name)).toEqual(['Afternoon'])
})

test('the next free day is the first one, and the days behind it are not asked for', async () => {
  const asked: string[] = []
  const found = await firstWith(['2026-06-06', '2026-06-07', '2026-06-08', '2026-06-09'], (day) => {
    asked.push(day)
    return Promise.resolve(day >= '2026-06-08')
  })
  expect(found).toBe('2026-06-08')
  expect(asked).toEqual(['2026-06-06', '2026-06-07', '2026-06-08'])
})

test('where nothing is free there is no next free day', async () => {
  expect(await firstWith(['2026-06-06'], () => Promise.resolve(false))).toBeUndefined()
})
