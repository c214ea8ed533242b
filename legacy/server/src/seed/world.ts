import { createRandom, type Random } from './random.ts'
import { firstNames, lastNames } from './words.ts'

export interface Size {
  readonly clinics: number
  readonly vetsPerClinic: number
  readonly receptionistsPerClinic: number
  readonly ownerLoginsPerClinic: number
  readonly owners: number
  readonly pets: number
  readonly attachments: number
  /** Days with appointments, before and after the reference day. */
  readonly pastDays: number
  readonly futureDays: number
  /** The share of the working hours that is taken. */
  readonly occupancy: number
  /** For how many years each vaccine of an animal has been given; drawn from these. */
  readonly vaccinatedFor: readonly number[]
  /** How often an animal was seen in the years before the days with appointments; drawn from these. */
  readonly earlierVisits: readonly number[]
  /** Whether nothing happens to an animal before it was born, nor to anybody before there was a clinic. */
  readonly wholeLives: boolean
  /** About how many rows come of it in all; a few more or less on another day. */
  readonly rows: number
}

export const sizes = {
  small: {
    clinics: 2,
    vetsPerClinic: 3,
    receptionistsPerClinic: 1,
    ownerLoginsPerClinic: 1,
    owners: 60,
    pets: 100,
    attachments: 20,
    pastDays: 10,
    futureDays: 7,
    occupancy: 0.14,
    vaccinatedFor: [1, 2, 2, 3],
    earlierVisits: [0, 0, 1, 1, 2, 3],
    wholeLives: false,
    rows: 2500,
  },
  medium: {
    clinics: 10,
    vetsPerClinic: 4,
    receptionistsPerClinic: 2,
    ownerLoginsPerClinic: 3,
    owners: 4000,
    pets: 6000,
    attachments: 200,
    pastDays: 50,
    futureDays: 25,
    occupancy: 0.35,
    vaccinatedFor: [1, 2, 2, 3],
    earlierVisits: [0, 0, 1, 1, 2, 3],
    wholeLives: false,
    rows: 142_000,
  },
  large: {
    clinics: 40,
    vetsPerClinic: 4,
    receptionistsPerClinic: 3,
    ownerLoginsPerClinic: 25,
    owners: 310_000,
    pets: 470_000,
    attachments: 20_000,
    pastDays: 364,
    futureDays: 30,
    occupancy: 0.25,
    vaccinatedFor: [4, 5, 5, 5],
    earlierVisits: [0, 0, 0, 1, 1, 2],
    wholeLives: true,
    rows: 10_200_000,
  },
} as const satisfies Record<string, Size>

export type SizeName = keyof typeof sizes

const zones = ['Europe/London', 'Europe/Berlin', 'America/New_York', 'Europe/Warsaw']

/**
 * Who belongs where, as arithmetic on ids: next to nothing is kept in memory, so there is no limit to
 * how many there are. All ids count from 1.
 */
export interface World {
  readonly size: Size
  /** The day that counts as today, as 2024-05-31. */
  readonly today: string
  /** Numbers for one thing: the same key, the same numbers. */
  random(...key: readonly (string | number)[]): Random
  zoneOf(clinic: number): string
  vetsOf(clinic: number): number[]
  clinicOfOwner(owner: number): number
  ownerOfPet(pet: number): number
  /** An owner's uuid. */
  ownerKey(owner: number): string
  ownerName(owner: number): string
  /** In lower case; owners with a login always have one. */
  ownerEmail(owner: number): string
}

export function createWorld(size: Size, seed: number, today: string): World {
  const random: World['random'] = (...key) => createRandom(seed, ...key)
  const ownerName = (owner: number) => {
    const draw = random('owner-name', owner)
    return `${draw.pick(firstNames)} ${draw.pick(lastNames)}`
  }
  /** Asked for ten times for each visit; four bytes a pet are all that is remembered. */
  const owners = new Int32Array(size.pets + 1)
  const drawOwner = (pet: number) => {
    if (pet <= 2) return 1
    // Many owners have one animal, some have many, some have none any more.
    return 1 + Math.floor(random('owner-of-pet', pet).next() ** 1.3 * size.owners)
  }
  return {
    size,
    today,
    random,
    zoneOf: (clinic) => zones[(clinic - 1) % zones.length]!,
    vetsOf: (clinic) =>
      Array.from({ length: size.vetsPerClinic }, (_, vet) => firstUserOf(size, clinic) + 1 + vet),
    clinicOfOwner: (owner) => ((owner - 1) % size.clinics) + 1,
    ownerOfPet: (pet) => (owners[pet] ||= drawOwner(pet)),
    ownerKey(owner) {
      const hex = random('owner-key', owner).bytes(16).toString('hex')
      const variant = '89ab'[owner % 4]
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
    },
    ownerName,
    ownerEmail(owner) {
      if (owner === 1) return 'owner@petsphere.test'
      const plain = ownerName(owner)
        .normalize('NFD')
        .replaceAll(/[^A-Za-z ]/g, '')
      return `${plain.toLowerCase().replaceAll(' ', '.')}.${owner}@example.test`
    },
  }
}

function usersPerClinic(size: Size): number {
  return 1 + size.vetsPerClinic + size.receptionistsPerClinic + size.ownerLoginsPerClinic
}

/** The id of a clinic's admin; its vets, receptionists and owners follow. */
export function firstUserOf(size: Size, clinic: number): number {
  return (clinic - 1) * usersPerClinic(size) + 1
}

export function* upTo(count: number): Iterable<number> {
  for (let index = 1; index <= count; index++) yield index
}
