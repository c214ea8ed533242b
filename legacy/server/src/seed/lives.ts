import { petRow } from './patients.ts'
import { dayPlus, startOf } from './times.ts'
import type { World } from './world.ts'

const dayMs = 86_400_000
const births = new WeakMap<World, Int32Array>()

/**
 * The first day on which an animal is so many days old, as 2024-05-31: nothing happens to it before, in sizes
 * that tell whole lives. In others any day is late enough.
 */
export function firstDay(world: World, pet: number, age = 0): string {
  if (!world.size.wholeLives) return ''
  let known = births.get(world)
  if (!known) births.set(world, (known = new Int32Array(world.size.pets + 1)))
  // Asked for again and again: four bytes a pet are remembered, as days since 1970 began.
  const born = (known[pet] ||= birthOf(world, pet))
  return new Date((born + age) * dayMs).toISOString().slice(0, 10)
}

/** Of whom nobody knows when they were born, they are taken for old. */
function birthOf(world: World, pet: number): number {
  const born = petRow(world, pet).birth_date ?? dayPlus(world.today, -10 * 365)
  return startOf(born) / dayMs
}
