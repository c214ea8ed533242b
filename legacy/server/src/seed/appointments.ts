import type { Random } from './random.ts'
import { lengthOfService, sharedServices } from './clinics.ts'
import { firstDay } from './lives.ts'
import { type Shift, shiftsOf } from './schedules.ts'
import { dayPlus, inZone, timestamp, weekdayOf } from './times.ts'
import { visitReasons } from './words.ts'
import { upTo, type World } from './world.ts'

const minuteMs = 60_000

export type AppointmentRow = ReturnType<typeof appointment>

/** Visits within the vets' working hours, one after the other. */
export function* appointmentRows(world: World): Iterable<AppointmentRow> {
  let id = 1
  for (const clinic of upTo(world.size.clinics)) {
    for (const vet of world.vetsOf(clinic)) {
      const shifts = shiftsOf(world, vet)
      for (let ahead = -world.size.pastDays; ahead <= world.size.futureDays; ahead++) {
        const day = dayPlus(world.today, ahead)
        const random = world.random('appointments', vet, day)
        for (const shift of shifts.filter(({ weekday }) => weekday === weekdayOf(day))) {
          for (const visit of visitsIn(shift, world.size.occupancy, random)) {
            yield appointment(world, { id: id++, clinic, vet, day, ...visit }, random)
          }
        }
      }
    }
  }
}

interface Visit {
  readonly starts: number
  readonly service: number
  readonly isCancelled: boolean
}

function* visitsIn(shift: Shift, occupancy: number, random: Random): Iterable<Visit> {
  let starts = shift.starts
  for (;;) {
    const service = random.chance(0.8) ? random.int(1, 2) : random.int(1, sharedServices)
    const minutes = lengthOfService(service)
    if (starts + minutes > shift.ends) return
    if (random.chance(occupancy)) {
      const isCancelled = random.chance(0.08)
      yield { starts, service, isCancelled }
      // A cancelled visit leaves its time to the next one.
      if (isCancelled) continue
    }
    starts += minutes
  }
}

interface Placed extends Visit {
  readonly id: number
  readonly clinic: number
  readonly vet: number
  readonly day: string
}

function appointment(world: World, visit: Placed, random: Random) {
  const from = inZone(visit.day, visit.starts, world.zoneOf(visit.clinic))
  const to = from + lengthOfService(visit.service) * minuteMs
  const made = from - random.int(1, 30 * 24 * 60) * minuteMs
  const change = random.chance(0.4) ? random.int(1, 600) * 1000 : 0
  const micros = random.int(0, 999)
  return {
    id: visit.id,
    clinic_id: visit.clinic,
    vet_id: visit.vet,
    pet_id: petIn(world, visit, random),
    service_type_id: visit.service,
    during: `["${timestamp(from)}","${timestamp(to)}")`,
    status: visit.isCancelled ? 'cancelled' : statusOn(visit.day, world.today, random),
    reason: random.pick([...visitReasons, null]),
    created_at: timestamp(made, micros),
    updated_at: timestamp(made + change, micros),
  }
}

function statusOn(day: string, today: string, random: Random) {
  if (day < today) return 'completed'
  return day === today && random.chance(0.3) ? 'checked_in' : 'booked'
}

function petIn(world: World, { clinic, day }: Placed, random: Random): number {
  for (;;) {
    const pet = random.int(1, world.size.pets)
    if (world.clinicOfOwner(world.ownerOfPet(pet)) !== clinic) continue
    if (day >= firstDay(world, pet)) return pet
  }
}

const dayOfVisit = (row: { during: string }) => row.during.slice(2, 12)

/** What the nightly job wrote during the last week. */
export function* reminderRows(world: World) {
  let id = 1
  for (const row of appointmentRows(world)) {
    const day = dayOfVisit(row)
    if (row.status === 'cancelled' || day > world.today || day < dayPlus(world.today, -6)) continue
    const remind_on = dayPlus(day, -1)
    yield {
      id: id++,
      appointment_id: row.id,
      remind_on,
      email: world.ownerEmail(world.ownerOfPet(row.pet_id)),
      phone: null,
      created_at: `${remind_on}T02:30:00Z`,
    }
  }
}

/** The audit log of the visits booked for the next days; older entries have been cleared away. */
export function* auditRows(world: World) {
  let id = 1
  for (const { created_at, updated_at: _, ...row } of appointmentRows(world)) {
    const day = dayOfVisit(row)
    if (day <= world.today || day > dayPlus(world.today, 7)) continue
    yield {
      id: id++,
      at: created_at,
      actor: 'reception@petsphere.test',
      table_name: 'appointments',
      row_key: String(row.id),
      action: 'insert',
      change: { ...row, status: 'booked' },
    }
  }
}
