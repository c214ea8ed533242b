import { dayPlus, startOf, timestamp } from './times.ts'
import { cities, firstNames, lastNames, streets } from './words.ts'
import { firstUserOf, upTo, type World } from './world.ts'

const foundedDaysAgo = 5 * 365
const dayMs = 86_400_000

function opening(world: World): number {
  return startOf(world.today) - foundedDaysAgo * dayMs
}

export const openedOn = (world: World) => dayPlus(world.today, -foundedDaysAgo)

export function* clinicRows(world: World) {
  for (const id of upTo(world.size.clinics)) {
    const random = world.random('clinic', id)
    const city = cities[(id - 1) % cities.length]!
    const at = timestamp(opening(world) + id * 1000, random.int(0, 999))
    yield {
      id,
      name: `PetSphere ${city}${id > cities.length ? ` ${id}` : ''}`,
      address: { street: `${random.int(1, 200)} ${random.pick(streets)}`, city },
      phone: id % 5 === 0 ? null : `+44 117 ${random.int(1_000_000, 9_999_999)}`,
      opening_hours: {
        ...Object.fromEntries(weekdays.map((day) => [day, ['08:30', '18:00']])),
        ...(id % 2 === 0 ? { sat: ['09:00', '13:00'] } : {}),
      },
      timezone: world.zoneOf(id),
      created_at: at,
      updated_at: at,
    }
  }
}

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri']

const services = [
  { name: 'Consultation', minutes: 20, price: '45.00' },
  { name: 'Vaccination', minutes: 15, price: '38.50' },
  { name: 'Dental cleaning', minutes: 60, price: '210.00' },
  { name: 'Surgery', minutes: 90, price: '1250.75' },
  { name: 'Nail trim', minutes: 15, price: '0.00' },
]

/** What every clinic offers, then one special service of each clinic. */
export function* serviceTypeRows(world: World) {
  const created_at = timestamp(opening(world))
  for (const [index, service] of services.entries()) {
    yield { id: index + 1, clinic_id: null, ...service, created_at }
  }
  for (const clinic of upTo(world.size.clinics)) {
    const price = `${world.random('special', clinic).int(20, 90)}.99`
    yield {
      id: services.length + clinic,
      clinic_id: clinic,
      name: 'Weight clinic',
      minutes: 30,
      price,
      created_at,
    }
  }
}

export const lengthOfService = (serviceType: number) => services[serviceType - 1]?.minutes ?? 30
export const sharedServices = services.length

const wellKnown = ['admin', 'veterinarian', 'receptionist', 'owner'] as const
const wellKnownNames = { admin: 'admin', veterinarian: 'vet', receptionist: 'reception' }

/** All have the same password, so that one hash serves all. */
export function* userRows(world: World, passwordHash: string) {
  const { size } = world
  for (const clinic of upTo(size.clinics)) {
    const crew = [
      'admin' as const,
      ...Array.from({ length: size.vetsPerClinic }, () => 'veterinarian' as const),
      ...Array.from({ length: size.receptionistsPerClinic }, () => 'receptionist' as const),
      ...Array.from({ length: size.ownerLoginsPerClinic }, () => 'owner' as const),
    ]
    const counts = new Map(wellKnown.map((role) => [role, 0]))
    for (const [index, role] of crew.entries()) {
      const id = firstUserOf(size, clinic) + index
      const nth = counts.get(role)! + 1
      counts.set(role, nth)
      const random = world.random('user', id)
      const owner = clinic + (nth - 1) * size.clinics
      const at = timestamp(opening(world) + id * 60_000, random.int(0, 999))
      yield {
        id,
        clinic_id: clinic,
        email: role === 'owner' ? world.ownerEmail(owner) : staffEmail(role, clinic, nth),
        password_hash: passwordHash,
        name:
          role === 'owner'
            ? world.ownerName(owner)
            : `${random.pick(firstNames)} ${random.pick(lastNames)}`,
        role,
        active: true,
        created_at: at,
        updated_at: at,
      }
    }
  }
}

function staffEmail(role: keyof typeof wellKnownNames, clinic: number, nth: number): string {
  const name = wellKnownNames[role]
  return clinic === 1 && nth === 1
    ? `${name}@petsphere.test`
    : `${name}.${clinic}.${nth}@petsphere.test`
}
