/** A calendar day as 2024-05-31. Such days compare as texts. */
export type IsoDay = string

const dayMs = 86_400_000
const atMidnight = (day: IsoDay) => Date.parse(`${day}T00:00:00Z`)

export function isIsoDay(text: string | null | undefined): text is IsoDay {
  if (!text || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const time = atMidnight(text)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

export function addDays(day: IsoDay, count: number): IsoDay {
  return new Date(atMidnight(day) + count * dayMs).toISOString().slice(0, 10)
}

/** From 1, Monday, to 7, Sunday. */
export function weekdayOf(day: IsoDay): number {
  return new Date(atMidnight(day)).getUTCDay() || 7
}

export function mondayOf(day: IsoDay): IsoDay {
  return addDays(day, 1 - weekdayOf(day))
}

export function daysFrom(first: IsoDay, count: number): IsoDay[] {
  return Array.from({ length: count }, (_, ahead) => addDays(first, ahead))
}

/** A day in words; `options` say which, in the style of Intl.DateTimeFormat. */
export function dayInWords(day: IsoDay, options: Intl.DateTimeFormatOptions = longDay): string {
  return new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' }).format(atMidnight(day))
}

const longDay = { day: 'numeric', month: 'long', year: 'numeric' } as const
export const shortDay = { day: 'numeric', month: 'short', year: 'numeric' } as const
export const dayOfWeek = { weekday: 'long', day: 'numeric', month: 'long' } as const
export const shortWeekday = { weekday: 'short', day: 'numeric', month: 'short' } as const

/** "23 – 29 November 2026", with the month and year of the first day only where they differ. */
export function weekInWords(first: IsoDay, last: IsoDay): string {
  const from =
    first.slice(0, 4) !== last.slice(0, 4)
      ? dayInWords(first)
      : dayInWords(
          first,
          first.slice(0, 7) === last.slice(0, 7)
            ? { day: 'numeric' }
            : { day: 'numeric', month: 'long' },
        )
  return `${from} – ${dayInWords(last)}`
}

/** The day of 31/05/2024, or null of anything else. */
export function isoOfWritten(written: string | null): IsoDay | null {
  const parts = written?.match(/^(\d{2})\/(\d{2})\/(\d{4})$/)
  return parts ? `${parts[3]}-${parts[2]}-${parts[1]}` : null
}

export function writtenOfIso(day: IsoDay): string {
  return day.split('-').reverse().join('/')
}

/** How old an animal is: "3 years", "7 months", "12 days". */
export function ageInWords(born: IsoDay, today: IsoDay): string {
  if (born > today) return 'not born yet'
  const [bornYear, bornMonth, bornDay] = parts(born)
  const [year, month, day] = parts(today)
  const months = (year - bornYear) * 12 + month - bornMonth - (day < bornDay ? 1 : 0)
  if (months >= 24) return counted(Math.floor(months / 12), 'year')
  if (months >= 2) return counted(months, 'month')
  return counted((atMidnight(today) - atMidnight(born)) / dayMs, 'day')
}

export function counted(count: number, what: string, many = `${what}s`): string {
  return `${count.toLocaleString('en-GB')} ${count === 1 ? what : many}`
}

function parts(day: IsoDay): [number, number, number] {
  const [year, month, date] = day.split('-').map(Number)
  return [year!, month!, date!]
}
