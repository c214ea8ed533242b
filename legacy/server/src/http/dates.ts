import { matching, where } from './checks.ts'
import type { Check } from './fields.ts'

/** A real day of the years 1000 to 2999, as 2024-05-31. */
export const isoDay: Check<string> = where(
  matching(/^[12]\d{3}-\d{2}-\d{2}$/, 'a date like 2024-05-31'),
  isRealDay,
  'must be a date like 2024-05-31',
)

/** The same day as 31/05/2024; the value is the ISO form. */
export const writtenDay: Check<string> = (value) => {
  const written = matching(/^\d{2}\/\d{2}\/[12]\d{3}$/, 'a date like 31/05/2024')(value)
  const day = `${written.slice(6)}-${written.slice(3, 5)}-${written.slice(0, 2)}`
  return where(() => day, isRealDay, 'must be a date like 31/05/2024')(day)
}

const instantPattern =
  /^[12]\d{3}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?(Z|[+-](0\d|1[0-4]):[0-5]\d)$/

/** A moment, as 2024-05-31T09:30:00Z or with another offset. */
export const instant: Check<Date> = (value) => {
  const hint = 'a time like 2024-05-31T09:30:00Z'
  const written = matching(instantPattern, hint)(value)
  where(() => written.slice(0, 10), isRealDay, `must be ${hint}`)(written)
  return new Date(written)
}

/** A time of day, as 08:30. */
export const timeOfDay = matching(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time like 08:30')

function isRealDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day)
}

/** The day that a moment falls on, in UTC. */
export function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10)
}

export function addDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + days)
  return dayOf(date)
}
