import type { Random } from './random.ts'
import { dayPlus, startOf, timestamp } from './times.ts'
import { allergies, awkwardNames, cities, colors, firstNames, petNames, species } from './words.ts'
import { streets, temperaments } from './words.ts'
import { upTo, type World } from './world.ts'

const dayMs = 86_400_000

export function* speciesRows(world: World) {
  for (const [index, each] of species.entries()) {
    yield { ...each, created_at: timestamp(startOf(world.today) - 2000 * dayMs, index) }
  }
}

/** When a row was made and last changed, within the five years before today. */
function history(world: World, random: Random) {
  const made = startOf(world.today) - random.int(1, 5 * 365 * 86_400) * 1000
  const changed = random.chance(0.5) ? made : made + random.int(1, 86_400) * 1000
  const micros = random.int(0, 999)
  return {
    created_at: timestamp(made + random.int(0, 999), micros),
    updated_at: timestamp(changed + 1000, micros),
  }
}

export function* ownerRows(world: World) {
  for (const owner of upTo(world.size.owners)) {
    const random = world.random('owner', owner)
    const hasLogin = owner <= world.size.clinics * world.size.ownerLoginsPerClinic
    const isAwkward = !hasLogin && owner % 4 === 0
    yield {
      id: world.ownerKey(owner),
      clinic_id: world.clinicOfOwner(owner),
      full_name: isAwkward ? random.pick(awkwardNames) : world.ownerName(owner),
      email: hasLogin || random.chance(0.9) ? world.ownerEmail(owner) : null,
      phone: random.pick([
        `+44 7${random.int(100_000_000, 999_999_999)}`,
        '0117 496 0999',
        '',
        null,
      ]),
      address: addressOf(random),
      notes: notesOf(random, owner),
      marketing_opt_in: random.chance(0.3),
      ...history(world, random),
    }
  }
}

function addressOf(random: Random) {
  const plain = {
    street: `${random.int(1, 300)} ${random.pick(streets)}`,
    city: random.pick(cities),
    postcode: `BS${random.int(1, 40)} ${random.int(1, 9)}AB`,
  }
  const odd = {
    ...plain,
    '': 'empty key',
    '10': 'ten',
    '2': 'two',
    'a.b': { $ref: null, n: [1, [2.5]] },
  }
  const nested = { ...plain, geo: { lat: 51.4545, lng: -2.5879 }, previous: [plain, {}] }
  return random.pick([plain, plain, plain, nested, odd, {}, null])
}

/** Some are long, and too random to be compressed into the row. */
function notesOf(random: Random, owner: number): string | null {
  if (owner % 50 === 7) {
    const length = random.int(9000, 20_000)
    return `Case history\n${random.bytes(length).toString('base64').slice(0, length)}`
  }
  return random.pick([
    'Prefers to be called after five.',
    'Pays cash; “très” punctual',
    '',
    null,
    null,
  ])
}

export function* petRows(world: World) {
  for (const id of upTo(world.size.pets)) yield petRow(world, id)
}

export function petRow(world: World, id: number) {
  const random = world.random('pet', id)
  const times = history(world, random)
  const { code, breeds } = speciesOf(world, id)
  return {
    id,
    owner_id: world.ownerKey(world.ownerOfPet(id)),
    species_code: code,
    name: id % 9 === 0 ? random.pick(firstNames) : random.pick(petNames),
    sex: random.pick(['M', 'F', 'MN', 'FS', 'U']),
    birth_date: id % 40 === 5 ? '2016-02-29' : bornOn(world, random),
    weight_kg: weightOf(random, id),
    microchip: random.chance(0.8) ? `985${String(id * 48_271 + 11).padStart(12, '0')}` : null,
    allergies: random.chance(0.75) ? [] : [random.pick(allergies), random.pick(allergies)],
    attributes: attributesOf(random, breeds),
    insurance_limit: random.pick([null, null, '1500.00', '0.01', '0.00', '9999999999.99']),
    ...times,
    deleted_at: id % 33 === 32 ? times.updated_at : null,
  }
}

/** Animals of two species make up most of the patients. */
export function speciesOf(world: World, pet: number) {
  const random = world.random('species-of-pet', pet)
  return random.chance(0.8) ? species[random.int(0, 1)]! : random.pick(species)
}

const bornOn = (world: World, random: Random) =>
  random.chance(0.1) ? null : dayPlus(world.today, -random.int(60, 16 * 365))

function weightOf(random: Random, pet: number): string | null {
  if (pet % 60 === 9) return '999.999'
  if (pet % 60 === 10) return '0.001'
  return random.chance(0.1)
    ? null
    : `${random.int(0, 60)}.${random.pick(['5', '25', '125', '300'])}`
}

function attributesOf(random: Random, breeds: readonly string[]) {
  const usual = { color: random.pick(colors), temperament: random.pick(temperaments) }
  const breed = breeds.length > 0 ? { breed: random.pick(breeds) } : {}
  const odd = { ...breed, '1': 1, '': null, 'x y': { ключ: ['é', true, 1e21, 0.1, -0] }, '"': '\\' }
  return random.pick([usual, { ...usual, ...breed }, { ...usual, ...breed }, odd, {}])
}
