import type { Client } from './client.ts'

export type AppointmentStatus = 'booked' | 'cancelled' | 'checked_in' | 'completed'

export interface Appointment {
  readonly id: number
  readonly vetId: number
  readonly vetName: string
  readonly petId: number
  readonly petName: string
  readonly ownerName: string
  readonly serviceTypeId: number
  readonly serviceName: string
  readonly start: string
  readonly end: string
  readonly status: AppointmentStatus
  readonly reason: string | null
}

export interface Calendar {
  readonly from: string
  readonly to: string
  readonly appointments: readonly Appointment[]
}

export interface Slot {
  readonly vetId: number
  readonly vetName: string
  readonly start: string
  readonly end: string
}

export interface Availability {
  readonly date: string
  readonly minutes: number
  readonly slots: readonly Slot[]
}

/** A part of a vet's week, in the clinic's own time. */
export interface Shift {
  readonly vetId: number
  readonly vetName: string
  /** From 1, Monday, to 7. */
  readonly weekday: number
  readonly starts: string
  readonly ends: string
}

export interface ServiceType {
  readonly id: number
  /** Null: every clinic offers it. */
  readonly clinicId: number | null
  readonly name: string
  readonly minutes: number
  readonly price: number
}

export interface Clinic {
  readonly id: number
  readonly name: string
  readonly address: Readonly<Record<string, unknown>>
  readonly phone: string | null
  /** By `mon` to `sun`: from and to. Days on which it is closed are missing. */
  readonly openingHours: Readonly<Record<string, unknown>>
  readonly timezone: string
}

export interface Booking {
  readonly petId: number
  readonly vetId: number
  readonly serviceTypeId: number
  readonly start: string
  readonly reason: string | null
}

export const bookAppointment = (client: Client, booking: Booking) =>
  client.post<Appointment>('/appointments', booking)

export const changeAppointment = (
  client: Client,
  id: number,
  changes: Partial<Omit<Booking, 'petId'>>,
) => client.patch<Appointment>(`/appointments/${id}`, changes)

export const cancelAppointment = (client: Client, id: number) =>
  client.post<Appointment>(`/appointments/${id}/cancel`)
