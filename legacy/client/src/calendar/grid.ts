import type { Appointment, Shift } from '../api/appointments.ts'
import { type IsoDay, weekdayOf } from '../time/days.ts'
import { localTime, minutesOf } from '../time/zone.ts'

/** A day of one vet. */
export interface Column {
  readonly key: string
  readonly day: IsoDay
  readonly vetId: number
  readonly vetName: string
}

/** From one minute after midnight to another. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** An appointment at its place in a column. */
export interface Placed extends Span {
  readonly appointment: Appointment
  /** From the left; what is cancelled gives way to the right. */
  readonly lane: number
  readonly lanes: number
}

export function shiftsOn(shifts: readonly Shift[], column: Column): Span[] {
  const weekday = weekdayOf(column.day)
  return shifts
    .filter((shift) => shift.vetId === column.vetId && shift.weekday === weekday)
    .map(({ starts, ends }) => ({ from: minutesOf(starts) ?? 0, to: minutesOf(ends) ?? 0 }))
    .sort((a, b) => a.from - b.from)
}

/** The hours a calendar shows: whole ones, with all that is in them; from nine to five if nothing is. */
export function hoursAround(spans: readonly Span[]): Span {
  if (spans.length === 0) return { from: 9 * 60, to: 17 * 60 }
  const from = Math.min(...spans.map((span) => span.from))
  const to = Math.max(...spans.map((span) => span.to))
  return { from: Math.floor(from / 60) * 60, to: Math.min(24, Math.ceil(to / 60)) * 60 }
}

/** What of the hours shown is outside all shifts. */
export function closedHours(shifts: readonly Span[], hours: Span): Span[] {
  const closed: Span[] = []
  let open = hours.from
  for (const shift of shifts) {
    if (shift.from > open) closed.push({ from: open, to: shift.from })
    open = Math.max(open, shift.to)
  }
  if (open < hours.to) closed.push({ from: open, to: hours.to })
  return closed
}

/** Where an appointment lies on its day at the clinic. One that ends the day after ends at midnight here. */
export function spanOf(appointment: Appointment, zone: string): Span & { readonly day: IsoDay } {
  const start = localTime(appointment.start, zone)
  const end = localTime(appointment.end, zone)
  return { day: start.day, from: start.minutes, to: end.day > start.day ? 24 * 60 : end.minutes }
}

/**
 * Places what is in one column. Booked time is never taken twice, so it has the first lane; what was
 * cancelled, which new appointments may cover, shares the lanes to the right.
 */
export function placed(appointments: readonly Appointment[], zone: string): Placed[] {
  const sorted = appointments
    .map((appointment) => ({ appointment, ...spanOf(appointment, zone) }))
    .sort((a, b) => a.from - b.from || a.to - b.to)
  const all: Placed[] = []
  let cluster: (Placed & { lane: number })[] = []
  let ends = -1
  const close = () => {
    const lanes = Math.max(1, ...cluster.map(({ lane }) => lane + 1))
    all.push(...cluster.map((one) => ({ ...one, lanes })))
    cluster = []
  }
  for (const { appointment, from, to } of sorted) {
    if (from >= ends) close()
    const first = appointment.status === 'cancelled' ? 1 : 0
    cluster.push({ appointment, from, to, lane: freeLane(cluster, first, from), lanes: 1 })
    ends = Math.max(ends, to)
  }
  close()
  return all
}

function freeLane(cluster: readonly Placed[], first: number, from: number): number {
  for (let lane = first; ; lane++) {
    if (!cluster.some((one) => one.lane === lane && one.to > from)) return lane
  }
}

/** The part of the width that a lane takes: the first, where what will happen is, more than the others. */
export function laneOf({ lane, lanes }: Placed): { readonly left: number; readonly wide: number } {
  const first = lanes === 1 ? 1 : 0.64
  if (lane === 0) return { left: 0, wide: first }
  const wide = (1 - first) / (lanes - 1)
  return { left: first + (lane - 1) * wide, wide }
}

/** Where something of a length comes to lie that was dropped at a minute: on a step, inside the hours. */
export function snapped(minute: number, length: number, hours: Span, step = 5): number {
  const latest = Math.floor((hours.to - length) / step) * step
  return Math.max(hours.from, Math.min(latest, Math.round(minute / step) * step))
}

/** The veterinarians that have working hours, by name. */
export function vetsIn(shifts: readonly Shift[]): { id: number; name: string }[] {
  const names = new Map(shifts.map(({ vetId, vetName }) => [vetId, vetName]))
  return [...names]
    .map(([id, name]) => ({ id, name }))
    .sort((a, b) => a.name.localeCompare(b.name) || a.id - b.id)
}
