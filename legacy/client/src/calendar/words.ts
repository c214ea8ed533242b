import type { Appointment, AppointmentStatus, ServiceType } from '../api/appointments.ts'
import { dayInWords } from '../time/days.ts'
import { clockOf, localTime } from '../time/zone.ts'
import type { Tone } from '../ui/badge.tsx'

export const statusNames: Readonly<Record<AppointmentStatus, string>> = {
  booked: 'Booked',
  checked_in: 'Checked in',
  completed: 'Completed',
  cancelled: 'Cancelled',
}

export const statusTones: Readonly<Record<AppointmentStatus, Tone>> = {
  booked: 'blue',
  checked_in: 'amber',
  completed: 'green',
  cancelled: 'grey',
}

/** "09:05" */
export function clockAt(moment: string, zone: string): string {
  return clockOf(localTime(moment, zone).minutes)
}

/** "09:05–09:20" */
export function clocksOf({ start, end }: Pick<Appointment, 'start' | 'end'>, zone: string) {
  return `${clockAt(start, zone)}–${clockAt(end, zone)}`
}

const dayOfVisit = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const

/** "Mon, 23 Nov 2026" */
export function dayOf(moment: string, zone: string): string {
  return dayInWords(localTime(moment, zone).day, dayOfVisit)
}

/** What is read out of an appointment in the calendar. */
export function appointmentLabel(one: Appointment, zone: string): string {
  const status = statusNames[one.status].toLowerCase()
  return `${clocksOf(one, zone)} ${one.petName}, ${one.serviceName}, ${one.ownerName}, ${status}`
}

export function serviceText({ name, minutes }: ServiceType): string {
  return `${name} (${minutes} min)`
}
