import { describe, expect, test } from 'vitest'
import { clockOf, localTime, minutesOf, momentOf } from '../../src/time/zone.ts'

const at = (day: string, clock: string, zone: string) =>
  momentOf({ day, minutes: minutesOf(clock)! }, zone).toISOString()

test('a moment is shown as the clock at the clinic shows it', () => {
  const moment = '2024-06-03T23:30:00.000Z'
  expect(localTime(moment, 'Europe/London')).toEqual({ day: '2024-06-04', minutes: 30 })
  expect(localTime(moment, 'America/New_York')).toEqual({ day: '2024-06-03', minutes: 1170 })
  expect(localTime(moment, 'Asia/Kathmandu')).toEqual({ day: '2024-06-04', minutes: 315 })
})

test('midnight is the beginning of a day, not hour 24', () => {
  expect(localTime('2024-01-10T00:00:00Z', 'Europe/London')).toEqual({
    day: '2024-01-10',
    minutes: 0,
  })
})

test('a time at the clinic is the same moment everywhere', () => {
  expect(at('2024-01-10', '09:00', 'Europe/Berlin')).toBe('2024-01-10T08:00:00.000Z')
  expect(at('2024-07-10', '09:00', 'Europe/Berlin')).toBe('2024-07-10T07:00:00.000Z')
  expect(at('2024-07-10', '00:05', 'Asia/Kathmandu')).toBe('2024-07-09T18:20:00.000Z')
  expect(at('2024-07-10', '09:00', 'UTC')).toBe('2024-07-10T09:00:00.000Z')
})

describe('where clocks change', () => {
  test('mornings and evenings of that day have the offsets of each side', () => {
    expect(at('2024-03-31', '00:30', 'Europe/London')).toBe('2024-03-31T00:30:00.000Z')
    expect(at('2024-03-31', '09:00', 'Europe/London')).toBe('2024-03-31T08:00:00.000Z')
    expect(at('2024-10-27', '00:30', 'Europe/London')).toBe('2024-10-26T23:30:00.000Z')
    expect(at('2024-10-27', '09:00', 'Europe/London')).toBe('2024-10-27T09:00:00.000Z')
  })

  test('of an hour that comes twice the first is meant', () => {
    expect(at('2024-10-27', '01:30', 'Europe/London')).toBe('2024-10-27T00:30:00.000Z')
    expect(at('2024-11-03', '01:30', 'America/New_York')).toBe('2024-11-03T05:30:00.000Z')
  })

  test('a time that is left out is the one an hour later', () => {
    expect(at('2024-03-31', '01:30', 'Europe/London')).toBe('2024-03-31T01:30:00.000Z')
    expect(localTime('2024-03-31T01:30:00.000Z', 'Europe/London').minutes).toBe(150)
  })
})

test.each(['Europe/London', 'Europe/Warsaw', 'America/New_York', 'Australia/Lord_Howe'])(
  'every quarter of an hour of a year leads back to itself in %s',
  (zone) => {
    for (let moment = Date.UTC(2024, 0, 1); moment < Date.UTC(2025, 0, 1); moment += 6_300_000) {
      const local = localTime(new Date(moment), zone)
      const back = momentOf(local, zone)
      expect(localTime(back, zone)).toEqual(local)
    }
  },
)

test('clocks are read and written', () => {
  expect([clockOf(545), clockOf(0), clockOf(1440)]).toEqual(['09:05', '00:00', '24:00'])
  expect([minutesOf('09:05'), minutesOf('9:5'), minutesOf('25:00'), minutesOf('')]).toEqual([
    545,
    null,
    null,
    null,
  ])
})
