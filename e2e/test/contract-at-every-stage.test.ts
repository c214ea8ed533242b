import { setTimeout as delay } from 'node:timers/promises'
import { runContract } from '@petsphere/legacy/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Answered,
  type Client,
  countAnswers,
  createClient,
  signIn,
  signToken,
  startSystem,
  type System,
} from '../src/index.ts'

/*
 * Clients cannot tell how far the migration is: what they send is answered with the same bytes by the monolith
 * alone, and through the proxy at every stage; the proxy's metrics prove that each stage was what it is said to be.
 */

let system: System
/** What the monolith alone answers. */
let expected: Transcript
let desk: Desk

type Transcript = Awaited<ReturnType<typeof runContract>>['transcript']

beforeAll(async () => {
  system = await startSystem({ name: 'contract-at-every-stage' })
  desk = await openDesk(system.url)
}, 180_000)
afterAll(() => system?.[Symbol.asyncDispose]())

const patients = 'patients'
const stages: readonly {
  readonly name: string
  readonly enter: readonly (readonly string[])[]
  /** The share of reads that the service answers, in percent. */
  readonly reads: number
  readonly owner: 'legacy' | 'extracted'
}[] = [
  { name: 'nothing was begun', enter: [], reads: 0, owner: 'legacy' },
  {
    name: 'both databases are in step',
    enter: [['sync', 'start', patients]],
    reads: 0,
    owner: 'legacy',
  },
  ...[1, 10, 50, 100].map((reads) => ({
    name: `the service answers ${reads} % of the reads`,
    enter: [['shift', patients, '--reads', String(reads)]],
    reads,
    owner: 'legacy' as const,
  })),
  {
    name: 'the service owns the slice',
    enter: [['switch', patients, '--to', 'extracted']],
    reads: 100,
    owner: 'extracted',
  },
  {
    name: 'the monolith owns it again',
    enter: [['switch', patients, '--to', 'legacy']],
    reads: 0,
    owner: 'legacy',
  },
  {
    name: 'the service owns it again',
    enter: [['switch', patients, '--to', 'extracted']],
    reads: 100,
    owner: 'extracted',
  },
]

test('the monolith alone keeps the contract', async () => {
  expected = await keepContract(system.monolithUrl)
  expect(expected).not.toEqual([])
}, 120_000)

describe.each(stages)('when $name', ({ name, enter, reads, owner }) => {
  beforeAll(async () => {
    for (const args of enter) await system.strangler(...args)
  }, 60_000)

  test('every answer through the proxy has the same bytes', async () => {
    const answers = await countAnswers(system.parts.adminUrl, patients)
    const isShared = owner === 'legacy' && reads > 0
    const transcript = await keepContract(system.url, isShared ? inStep : undefined)
    const answered = await answers()
    console.log(name, JSON.stringify(answered))
    expect(answered.refused).toBe(0)
    expectOwner(answered, owner)
    expect(answeredElsewhere(answered, reads)).toBe(0)
    expect(differences(expected, transcript)).toEqual([])
  }, 120_000)

  test('the share of principals whose reads the service answers is the one that was asked for', async () => {
    const people = 500
    const share = await shareOf(people)
    const deviation = Math.sqrt(people * (reads / 100) * (1 - reads / 100))
    expect(Math.abs(share - (people * reads) / 100)).toBeLessThanOrEqual(4 * deviation)
  })

  test('a visit can be booked for a pet at once when it was made', async () => {
    const answers = await countAnswers(system.parts.adminUrl, patients)
    for (let visit = 0; visit < 40; visit++) await desk.admit()
    expect((await answers()).writes[owner]).toBe(40)
  }, 60_000)
})

async function keepContract(
  baseUrl: string,
  beforeCase?: (each: { readonly route: string }) => Promise<void>,
): Promise<Transcript> {
  const options = { baseUrl, ...(beforeCase && { beforeCase }) }
  const { transcript, failures, uncovered } = await runContract(options)
  expect(failures).toEqual([])
  expect(uncovered).toEqual([])
  expect(transcript.length).toBeGreaterThan(450)
  return transcript
}

/**
 * Waits until the service has what the monolith had when it was called. Nobody is shown less than they wrote
 * themselves, but what somebody else wrote a moment ago may be missing in a read that the copy answers; the
 * contract's cases are several people who look at what the one before did. Only reads of the slice can lack anything.
 */
async function inStep({ route }: { readonly route: string }): Promise<void> {
  if (!readsOfSlice.test(route)) return
  const { rows } = await system.legacy.query<{ beat: string }>('select strangler.beat() as beat')
  const sql = "select beat >= $1 as here from strangler.position where stream = 'patients:forward'"
  for (;;) {
    const found = await system.patient.query<{ here: boolean }>(sql, [rows[0]!.beat])
    if (found.rows[0]?.here) return
    await delay(2)
  }
}

const readsOfSlice = /^(GET \/api\/(owners|pets|vaccinations|species)|POST \/api\/pets\/search)\b/

function expectOwner({ writes }: Answered, owner: 'legacy' | 'extracted'): void {
  const other = owner === 'legacy' ? 'extracted' : 'legacy'
  expect(writes[other]).toBe(0)
  expect(writes[owner]).toBeGreaterThan(100)
}

/** Reads that the wrong side answered, where only one is right. */
function answeredElsewhere({ reads, steered }: Answered, percent: number): number {
  if (percent === 0) return reads.extracted
  return percent === 100 ? reads.legacy - steered : 0
}

function differences(one: Transcript, other: Transcript): unknown[] {
  expect(other.length).toBe(one.length)
  return one.flatMap((entry, at) =>
    JSON.stringify(entry) === JSON.stringify(other[at])
      ? []
      : [{ expected: entry, got: other[at] }],
  )
}

/** How many of so many people, who never wrote anything, the service answers. */
async function shareOf(people: number): Promise<number> {
  const answers = await countAnswers(system.parts.adminUrl, patients)
  const ids = Array.from({ length: people }, (_, at) => String(1_000_000 + at))
  while (ids.length > 0) await Promise.all(ids.splice(0, 10).map(readSpecies))
  const { reads } = await answers()
  expect(reads.legacy + reads.extracted).toBe(people)
  return reads.extracted
}

async function readSpecies(sub: string): Promise<void> {
  const claims = { sub, role: 'receptionist', clinic_id: 1, email: `${sub}@e2e.test`, name: sub }
  const token = signToken(system.parts.kept.jwtSecret, claims)
  await createClient(system.url, token).must('GET /api/species')
}

interface Desk {
  /** Makes a pet and, without a pause, a visit for it. */
  admit(): Promise<void>
}

/** A veterinarian of the test's own, who works day and night, and somebody who books for them. */
async function openDesk(url: string): Promise<Desk> {
  const admin = await signIn(url, 'admin@petsphere.test')
  const { clinicId } = admin.user
  const vet = await admin.must<{ id: number }>('POST /api/users', {
    json: {
      email: 'busy-vet@e2e.test',
      password: 'a-long-password',
      name: 'Busy Vet',
      role: 'veterinarian',
      clinicId,
    },
  })
  const week = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, starts: '00:00', ends: '23:59' }))
  await admin.must('PUT /api/staff-schedules', { json: { vetId: vet.id, week } })
  const service = await admin.must<{ id: number }>('POST /api/service-types', {
    json: { clinicId, name: 'A look', minutes: 5, price: 1 },
  })
  const owner = await admin.must<{ id: string }>('POST /api/owners', {
    json: { fullName: 'Ada Test' },
  })
  let start = Date.parse('2032-06-07T10:00:00Z')
  return { admit: () => admit(admin, { vet: vet.id, service: service.id, owner: owner.id }) }

  async function admit(
    client: Client,
    { vet, service, owner }: { vet: number; service: number; owner: string },
  ): Promise<void> {
    const pet = await client.must<{ id: number }>('POST /api/pets', {
      json: { owner_id: owner, species_code: 'dog', name: 'Rex' },
    })
    const visit = await client.must<{ petId: number; petName: string }>('POST /api/appointments', {
      json: {
        petId: pet.id,
        vetId: vet,
        serviceTypeId: service,
        start: new Date(start).toISOString(),
      },
    })
    start += 5 * 60_000 * 2
    expect(visit).toMatchObject({ petId: pet.id, petName: 'Rex' })
  }
}
