import { upTo, type World } from './world.ts'

export interface Shift {
  readonly weekday: number
  /** Minutes after midnight. */
  readonly starts: number
  readonly ends: number
}

/** A vet's week: mornings and afternoons, with a day off; some work on Saturdays. */
export function shiftsOf(world: World, vet: number): Shift[] {
  const random = world.random('schedule', vet)
  const dayOff = random.int(1, 8)
  const early = random.chance(0.5) ? 30 : 0
  const shifts: Shift[] = []
  for (const weekday of upTo(5)) {
    if (weekday === dayOff) continue
    shifts.push({ weekday, starts: 9 * 60 - early, ends: 12 * 60 + 30 })
    shifts.push({ weekday, starts: 13 * 60 + 30, ends: 17 * 60 + 30 - early })
  }
  if (random.chance(0.25)) shifts.push({ weekday: 6, starts: 9 * 60, ends: 13 * 60 })
  return shifts
}

const clock = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

export function* scheduleRows(world: World) {
  let id = 1
  for (const clinic of upTo(world.size.clinics)) {
    for (const vet of world.vetsOf(clinic)) {
      for (const { weekday, starts, ends } of shiftsOf(world, vet)) {
        yield {
          id: id++,
          clinic_id: clinic,
          vet_id: vet,
          weekday,
          starts: clock(starts),
          ends: clock(ends),
        }
      }
    }
  }
}
