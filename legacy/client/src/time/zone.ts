import type { IsoDay } from './days.ts'

/** A place on a clinic's own clock. */
export interface LocalTime {
  readonly day: IsoDay
  /** After midnight. */
  readonly minutes: number
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** Making a format is slow, and a week has hundreds of times in it. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  })
  formats.set(zone, made)
  return made
}

/** What the clock at a clinic shows at a moment. Seconds are cut off. */
export function localTime(moment: Date | string, zone: string): LocalTime {
  const part: Record<string, string> = {}
  for (const { type, value } of formatOf(zone).formatToParts(new Date(moment))) part[type] = value
  return {
    day: `${part['year']}-${part['month']}-${part['day']}`,
    minutes: Number(part['hour']) * 60 + Number(part['minute']),
  }
}

/**
 * The moment at which a clinic's clock shows a time. Of the hour that comes twice in autumn it is
 * the first; of the one that is left out in spring, what the clock shows an hour later.
 */
export function momentOf({ day, minutes }: LocalTime, zone: string): Date {
  const asIfUtc = Date.parse(`${day}T00:00:00Z`) + minutes * 60_000
  const before = asIfUtc - offsetAt(asIfUtc - 86_400_000, zone)
  const after = asIfUtc - offsetAt(asIfUtc + 86_400_000, zone)
  const shows = (moment: number) => moment + offsetAt(moment, zone) === asIfUtc
  if (shows(before) || !shows(after)) return new Date(before)
  return new Date(after)
}

/** How far a zone is ahead of UTC, in milliseconds. */
function offsetAt(moment: number, zone: string): number {
  const { day, minutes } = localTime(new Date(moment), zone)
  const shown = Date.parse(`${day}T00:00:00Z`) + minutes * 60_000
  return shown - Math.floor(moment / 60_000) * 60_000
}

/** 545 is 09:05. */
export function clockOf(minutes: number): string {
  const two = (count: number) => String(count).padStart(2, '0')
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

/** 09:05 is 545; what is no time of day is null. */
export function minutesOf(clock: string): number | null {
  const parts = clock.match(/^([01]\d|2[0-4]):([0-5]\d)$/)
  return parts ? Number(parts[1]) * 60 + Number(parts[2]) : null
}
