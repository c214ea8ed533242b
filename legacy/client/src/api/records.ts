import type { Appointment } from './appointments.ts'
import type { Client } from './client.ts'

export interface Treatment {
  readonly id: string
  readonly itemId: number | null
  readonly description: string
  readonly quantity: number
  readonly unitPrice: string
  readonly total: string
}

/** What was found and done at a visit. */
export interface MedicalRecord {
  readonly id: string
  readonly petId: number
  readonly appointmentId: number | null
  readonly vetId: number
  readonly vetName: string
  readonly visitedOn: string
  readonly findings: string
  readonly diagnosis: string | null
  readonly codes: readonly string[]
  readonly vitals: Readonly<Record<string, unknown>>
  readonly weightKg: number | null
  readonly treatments: readonly Treatment[]
  readonly total: string
}

export interface WrittenRecord {
  readonly findings: string
  readonly diagnosis: string | null
  readonly codes: readonly string[]
  readonly vitals: Readonly<Record<string, unknown>>
  readonly weightKg: string | null
}

/** Out of stock, or anything else with a price of its own. */
export type WrittenTreatment =
  | { readonly itemId: number; readonly quantity: string }
  | { readonly description: string; readonly quantity: string; readonly unitPrice: string }

interface Records {
  readonly total: number
  readonly records: readonly MedicalRecord[]
}

export const recordsPerPage = 10

export const listRecords = (client: Client, petId: number, pages: number) =>
  client.get<Records>('/records', { petId, limit: Math.min(100, recordsPerPage * pages) })

export const checkIn = (client: Client, appointmentId: number) =>
  client.post<Appointment>(`/appointments/${appointmentId}/check-in`)

interface Completed {
  readonly appointment: Appointment
  readonly record: MedicalRecord
  /** Whether what was given could be taken out of stock. */
  readonly stockTaken: boolean
}

export const complete = (
  client: Client,
  appointmentId: number,
  said: WrittenRecord & { readonly treatments: readonly WrittenTreatment[] },
) => client.post<Completed>(`/appointments/${appointmentId}/complete`, said)

export interface Reminder {
  readonly id: number
  readonly remindOn: string
  readonly email: string | null
  readonly phone: string | null
}
