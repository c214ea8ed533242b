import { dayPlus, startOf, timestamp } from './times.ts'
import { openedOn } from './clinics.ts'
import { firstDay } from './lives.ts'
import { speciesOf } from './patients.ts'
import { otherVaccines, vaccines } from './words.ts'
import { upTo, type World } from './world.ts'

/** Each vaccine of a pet recurs for some years; the last row of each is the one still to be given. */
export function* vaccinationRows(world: World) {
  let id = 1
  for (const pet of upTo(world.size.pets)) {
    const random = world.random('vaccinations', pet)
    const kinds = vaccines[speciesOf(world, pet).code] ?? otherVaccines
    const vets = world.vetsOf(world.clinicOfOwner(world.ownerOfPet(pet)))
    const since = firstDue(world, pet)
    for (const vaccine of kinds) {
      const times = random.pick(world.size.vaccinatedFor)
      const next = dayPlus(world.today, random.int(-40, 330))
      for (let ago = times; ago >= 0; ago--) {
        const dueOn = dayPlus(next, -365 * ago)
        const isGiven = ago > 0
        if (isGiven && dueOn < since) continue
        const givenOn = dayPlus(dueOn, -random.int(0, 20))
        yield {
          id: id++,
          pet_id: pet,
          vaccine,
          given_on: isGiven ? givenOn : null,
          due_on: isGiven && random.chance(0.3) ? null : dueOn,
          status: isGiven ? 'done' : statusOf(dueOn, world.today),
          price: random.pick(['38.50', '45.00', '45.00', '0.00', '99999999.99', null]),
          batch: isGiven ? random.pick([`LOT-${random.int(1000, 9999)}`, '', null]) : null,
          administered_by: isGiven ? random.pick(vets) : null,
          created_at: timestamp(
            startOf(isGiven ? givenOn : dayPlus(dueOn, -365)) + random.int(8 * 3600, 64_800) * 1000,
            random.int(0, 999),
          ),
        }
      }
    }
  }
}

/** Nobody is vaccinated before they are eight weeks old, nor before there was a clinic; it may be up to 20 days early. */
function firstDue(world: World, pet: number): string {
  if (!world.size.wholeLives) return ''
  const [born, opened] = [firstDay(world, pet, 56 + 20), dayPlus(openedOn(world), 20)]
  return born > opened ? born : opened
}

/** Of what became due in the last days, the nightly job has not seen everything yet. */
function statusOf(dueOn: string, today: string) {
  return dueOn < dayPlus(today, -3) ? 'overdue' : 'due'
}
