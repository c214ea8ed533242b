import { provided, type Reader } from './form.ts'
import { matching } from './texts.ts'

/** A real day of the years 1000 to 2999, as 2024-05-31. */
export const isoDay: Reader<string> = provided(
  matching(/^[12]\d{3}-\d{2}-\d{2}$/, 'a date like 2024-05-31'),
  isReal,
  'must be a date like 2024-05-31',
)

/** The same days as 31/05/2024; the value is 2024-05-31. */
export const writtenDay: Reader<string> = provided(
  (sent) => {
    const written = matching(/^\d{2}\/\d{2}\/[12]\d{3}$/, 'a date like 31/05/2024')(sent)
    return written.split('/').reverse().join('-')
  },
  isReal,
  'must be a date like 31/05/2024',
)

const atMidnight = (day: string) => new Date(`${day}T00:00:00Z`)

/** JavaScript takes the 30th of February for a day in March. */
function isReal(day: string): boolean {
  const date = atMidnight(day)
  return !Number.isNaN(date.getTime()) && dayOf(date) === day
}

/** The day of a moment, in UTC. */
export function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10)
}

export function plusDays(day: string, days: number): string {
  const date = atMidnight(day)
  date.setUTCDate(date.getUTCDate() + days)
  return dayOf(date)
}
