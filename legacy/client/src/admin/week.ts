import { minutesOf } from '../time/zone.ts'

/** A part of a vet's week, as the API takes it; `weekday` from 1, Monday. */
export interface Period {
  readonly weekday: number
  readonly starts: string
  readonly ends: string
}

export const weekdays = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const

/** What is wrong with the hours of one day, as one would say it; null if nothing is. */
export function complaintAbout(periods: readonly Omit<Period, 'weekday'>[]): string | null {
  const spans = periods.map(({ starts, ends }) => [minutesOf(starts), minutesOf(ends)] as const)
  if (spans.some(([from, to]) => from === null || to === null)) return 'Enter both times.'
  if (spans.some(([from, to]) => from! >= to!)) return 'The end must be later than the beginning.'
  const sorted = spans.toSorted((a, b) => a[0]! - b[0]!)
  const overlaps = sorted.some(([from], index) => index > 0 && from! < sorted[index - 1]![1]!)
  return overlaps ? 'These hours overlap.' : null
}

/** How long somebody works in a week, in hours. */
export function hoursIn(periods: readonly Omit<Period, 'weekday'>[]): number {
  const minutes = periods.map(({ starts, ends }) => minutesOf(ends)! - minutesOf(starts)!)
  return minutes.reduce((sum, each) => sum + each, 0) / 60
}

/** What a new line of a day is filled in with. */
export function nextPeriod(periods: readonly Omit<Period, 'weekday'>[]): Omit<Period, 'weekday'> {
  return periods.length === 0 ? { starts: '09:00', ends: '17:00' } : { starts: '', ends: '' }
}
