/** As the API calls the days, in their order. */
export const days = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
} as const

export type Day = keyof typeof days

export const dayKeys = Object.keys(days) as Day[]

/** When a clinic is open on a day; null when it is closed, or what is stored is something else. */
export function hoursOn(
  hours: Readonly<Record<string, unknown>>,
  day: Day,
): readonly [string, string] | null {
  const stored = hours[day]
  if (!Array.isArray(stored) || stored.length !== 2) return null
  const [from, to] = stored as unknown[]
  return typeof from === 'string' && typeof to === 'string' ? [from, to] : null
}

/** "Mon – Fri 08:30–18:00", a line for each run of days that are alike. */
export function hoursInWords(hours: Readonly<Record<string, unknown>>): string[] {
  const runs: { first: Day; last: Day; text: string }[] = []
  let run: (typeof runs)[number] | undefined
  for (const day of dayKeys) {
    const text = hoursOn(hours, day)?.join('–')
    if (text === undefined) run = undefined
    else if (run?.text === text) run.last = day
    else runs.push((run = { first: day, last: day, text }))
  }
  const short = (day: Day) => days[day].slice(0, 3)
  return runs.map(({ first, last, text }) =>
    first === last ? `${short(first)} ${text}` : `${short(first)} – ${short(last)} ${text}`,
  )
}

/** What a form says of each day; a day without both times is closed, and what is no day stays. */
export function openingHours(
  before: Readonly<Record<string, unknown>>,
  said: (day: Day, end: 'from' | 'to') => string,
): Readonly<Record<string, unknown>> {
  const after: Record<string, unknown> = { ...before }
  for (const day of dayKeys) {
    const [from, to] = [said(day, 'from'), said(day, 'to')]
    if (from && to) after[day] = [from, to]
    else delete after[day]
  }
  return after
}
