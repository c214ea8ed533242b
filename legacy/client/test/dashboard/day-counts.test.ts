import { expect, test } from 'vitest'
import type { Appointment, AppointmentStatus } from '../../src/api/appointments.ts'
import { countsByDay, countsByService } from '../../src/dashboard/day-counts.ts'

const visit = (start: string, status: AppointmentStatus, serviceName = 'Consultation') =>
  ({ start, status, serviceName }) as Appointment

test('visits count on the day that it is at the clinic', () => {
  const visits = [
    visit('2026-11-28T23:30:00.000Z', 'booked'),
    visit('2026-11-28T09:00:00.000Z', 'completed'),
    visit('2026-11-28T10:00:00.000Z', 'completed'),
  ]
  const columns = countsByDay(visits, ['2026-11-28', '2026-11-29'], 'Europe/Berlin')
  expect(columns.map(({ label, amounts }) => [label, amounts])).toEqual([
    ['28', [2, 0, 0, 0]],
    ['29', [0, 0, 1, 0]],
  ])
})

test('services are counted without what was cancelled, most often first', () => {
  const visits = [
    visit('', 'booked', 'Surgery'),
    visit('', 'completed', 'Nail trim'),
    visit('', 'completed', 'Nail trim'),
    visit('', 'cancelled', 'Surgery'),
    visit('', 'cancelled', 'Dental cleaning'),
  ]
  expect(countsByService(visits)).toEqual([
    { name: 'Nail trim', amount: 2 },
    { name: 'Surgery', amount: 1 },
  ])
})
