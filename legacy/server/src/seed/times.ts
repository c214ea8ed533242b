const dayMs = 24 * 60 * 60 * 1000

export const startOf = (day: string) => Date.parse(`${day}T00:00:00Z`)

export function dayPlus(day: string, days: number): string {
  return new Date(startOf(day) + days * dayMs).toISOString().slice(0, 10)
}

/** 1 is Monday. */
export const weekdayOf = (day: string) => new Date(startOf(day)).getUTCDay() || 7

/** A timestamp with microseconds, as Postgres reads it. */
export function timestamp(milliseconds: number, micros = 0): string {
  return new Date(milliseconds).toISOString().replace('Z', `${String(micros).padStart(3, '0')}Z`)
}

const offsets = new Map<string, number>()

/** The moment at which a clock in `zone` shows so many minutes after midnight of `day`. */
export function inZone(day: string, minutes: number, zone: string): number {
  const key = `${day} ${zone}`
  const offset = offsets.get(key) ?? offsetAtNoon(day, zone)
  offsets.set(key, offset)
  return startOf(day) + (minutes - offset) * 60_000
}

/** Clinics are closed at night, when clocks change: noon stands for the whole day. */
function offsetAtNoon(day: string, zone: string): number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
  const name = format.formatToParts(startOf(day) + dayMs / 2).find(isZoneName)?.value ?? ''
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? []
  if (sign === undefined) return 0
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}

const isZoneName = ({ type }: Intl.DateTimeFormatPart) => type === 'timeZoneName'
