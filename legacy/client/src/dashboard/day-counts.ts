import type { Appointment, AppointmentStatus } from '../api/appointments.ts'
import { dayInWords, type IsoDay, shortWeekday } from '../time/days.ts'
import { localTime } from '../time/zone.ts'
import type { ChartColumn } from '../ui/charts/columns.tsx'

/** The parts of a column, from the bottom up. */
export const stacked = [
  'completed',
  'checked_in',
  'booked',
  'cancelled',
] as const satisfies readonly AppointmentStatus[]

/** A column for each day, with how many visits of each status are on it. */
export function countsByDay(
  appointments: readonly Appointment[],
  days: readonly IsoDay[],
  zone: string,
): ChartColumn[] {
  const byDay = Map.groupBy(appointments, ({ start }) => localTime(start, zone).day)
  return days.map((day) => ({
    key: day,
    label: String(Number(day.slice(8))),
    name: dayInWords(day, shortWeekday),
    amounts: stacked.map((status) => countOf(byDay.get(day) ?? [], status)),
  }))
}

export function countOf(appointments: readonly Appointment[], status: AppointmentStatus): number {
  return appointments.filter((one) => one.status === status).length
}

/** How often each service was booked, most often first; what was cancelled does not count. */
export function countsByService(
  appointments: readonly Appointment[],
): { name: string; amount: number }[] {
  const kept = appointments.filter(({ status }) => status !== 'cancelled')
  const byName = Map.groupBy(kept, ({ serviceName }) => serviceName)
  return [...byName]
    .map(([name, all]) => ({ name, amount: all.length }))
    .toSorted((a, b) => b.amount - a.amount || a.name.localeCompare(b.name, 'en'))
}
