import { appointmentRows } from './appointments.ts'
import { firstDay } from './lives.ts'
import { products } from './products.ts'
import type { Random } from './random.ts'
import { dayPlus, startOf, timestamp } from './times.ts'
import { thousandths, type Treatment, treatmentsOf } from './treatments.ts'
import { diagnoses, findings } from './words.ts'
import { upTo, type World } from './world.ts'

interface Visit {
  readonly clinic: number
  readonly pet: number
  readonly vet: number
  readonly appointment: number | null
  readonly day: string
  /** When it was written down. */
  readonly at: string
  readonly treatments: readonly Treatment[]
  readonly random: Random
}

/** Those that were booked, then what is left of the years before; records count from 1 in this order. */
function* visits(world: World): Iterable<Visit> {
  for (const row of appointmentRows(world)) {
    if (row.status !== 'completed') continue
    const [starts, ends] = row.during.slice(2, -2).split('","')
    yield {
      clinic: row.clinic_id,
      pet: row.pet_id,
      vet: row.vet_id,
      appointment: row.id,
      day: starts!.slice(0, 10),
      at: ends!,
      treatments: treatmentsOf(world, row),
      random: world.random('record', row.id),
    }
  }
  for (const pet of upTo(world.size.pets)) yield* earlierVisits(world, pet)
}

/** Most animals come once or twice a year. Their treatments were given before stock was kept. */
function* earlierVisits(world: World, pet: number): Iterable<Visit> {
  const random = world.random('history-of-pet', pet)
  const clinic = world.clinicOfOwner(world.ownerOfPet(pet))
  let day = dayPlus(world.today, -world.size.pastDays - random.int(1, 200))
  for (const nth of upTo(random.pick(world.size.earlierVisits))) {
    if (day < firstDay(world, pet)) return
    yield {
      clinic,
      pet,
      vet: random.pick(world.vetsOf(clinic)),
      appointment: null,
      day,
      at: timestamp(startOf(day) + random.int(9 * 3600, 17 * 3600) * 1000, random.int(0, 999)),
      treatments: treatmentsOf(world, { id: -(pet * 10 + nth), service_type_id: random.int(1, 2) }),
      random,
    }
    day = dayPlus(day, -random.int(90, 400))
  }
}

export function* recordRows(world: World) {
  let id = 1
  for (const { clinic, pet, vet, appointment, day, at, random } of visits(world)) {
    yield {
      id: id++,
      clinic_id: clinic,
      pet_id: pet,
      vet_id: vet,
      appointment_id: appointment,
      visited_on: day,
      findings: findingsOf(random, id),
      diagnosis: random.pick([...diagnoses, null, '']),
      codes: random.pick([[], [], ['K05.1'], ['L50', 'a,b'], ['"quoted"']]),
      vitals: random.pick([
        { temperature: 38 + random.int(0, 15) / 10, pulse: random.int(60, 160) },
        { temperature: null },
        {},
      ]),
      weight_kg: random.chance(0.6) ? `${random.int(1, 60)}.${random.int(100, 999)}` : null,
      created_at: at,
      updated_at: at,
    }
  }
}

/** Some are long, and too random to be compressed into the row. */
function findingsOf(random: Random, id: number): string {
  const usual = random.pick(findings)
  if (id % 500 !== 0) return usual
  return `${usual}\nLaboratory:\n${random.bytes(6000).toString('base64')}`
}

export function* treatmentRows(world: World) {
  let id = 1
  let record_id = 0
  for (const { clinic, treatments, at } of visits(world)) {
    record_id += 1
    for (const { product, description, quantity, unitPrice } of treatments) {
      yield {
        id: id++,
        record_id,
        item_id: product === null ? null : (clinic - 1) * products.length + product + 1,
        description,
        quantity: thousandths(quantity),
        unit_price: unitPrice,
        created_at: at,
      }
    }
  }
}
