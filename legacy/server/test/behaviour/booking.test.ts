import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../src/db/transaction.ts'
import { json, type Petsphere, startPetsphere } from '../harness/petsphere.ts'
import { Postgres } from '../harness/postgres.ts'

const admin = 'admin@petsphere.test'
let postgres: Postgres
let petsphere: Petsphere

interface Slot {
  readonly vetId: number
  readonly start: string
}

beforeAll(async () => {
  postgres = await Postgres.open()
  petsphere = await startPetsphere(await postgres.seededDatabase('petsphere'))
})

afterAll(async () => {
  await petsphere[Symbol.asyncDispose]()
  await postgres[Symbol.asyncDispose]()
})

async function freeSlots(date: string): Promise<Slot[]> {
  const answer = await petsphere.fetch(`/api/availability?date=${date}&serviceTypeId=1`, {}, admin)
  const body: unknown = await answer.json()
  if (typeof body === 'object' && body && 'slots' in body && Array.isArray(body.slots)) {
    return body.slots
  }
  throw new Error('no slots')
}

function book({ vetId, start }: Slot): Promise<Response> {
  return petsphere.fetch(
    '/api/appointments',
    json({ petId: 1, vetId, serviceTypeId: 1, start }),
    admin,
  )
}

const statuses = (answers: readonly Response[]) =>
  answers.map(({ status }) => status).sort((a, b) => a - b)

test('of many bookings of one slot at once, exactly one is taken', async () => {
  const [slot] = await freeSlots('2031-03-03')
  const answers = await Promise.all(Array.from({ length: 24 }, () => book(slot!)))
  expect(statuses(answers)).toEqual([201, ...Array.from({ length: 23 }, () => 409)])
})

test('of bookings at times that overlap, those taken do not', async () => {
  const slots = await freeSlots('2031-03-10')
  const answers = await Promise.all(slots.map(book))
  expect(new Set(statuses(answers))).toEqual(new Set([201, 409]))
  const overlaps = await postgres.sql(
    postgres.url('petsphere'),
    `select 1 from appointments a join appointments b on a.id < b.id and a.vet_id = b.vet_id
     where a.status <> 'cancelled' and b.status <> 'cancelled' and a.during && b.during`,
  )
  expect(overlaps).toEqual([])
})

test('two visits rescheduled to one slot at once: one moves, the other stays', async () => {
  const [first, , second, , , , target] = (await freeSlots('2031-03-17')).filter(
    (slot, _, all) => slot.vetId === all[0]!.vetId,
  )
  const ids = await Promise.all([first!, second!].map(async (slot) => idOf(await book(slot))))
  const answers = await Promise.all(
    ids.map((id) =>
      petsphere.fetch(`/api/appointments/${id}`, json({ start: target!.start }, 'PATCH'), admin),
    ),
  )
  expect(statuses(answers)).toEqual([200, 409])
})

test('writers that skip the booking rules meet the constraint, and a deadlock is tried again', async () => {
  const insert = () =>
    inTransaction(petsphere.pool, 'test', (tx) =>
      tx.query(
        `insert into appointments (clinic_id, vet_id, pet_id, service_type_id, during)
         values (1, 2, 1, 1, '[2032-01-01 10:00+00, 2032-01-01 10:30+00)')`,
      ),
    )
  const outcomes = await Promise.allSettled(Array.from({ length: 6 }, insert))
  const refused = outcomes.filter(({ status }) => status === 'rejected')
  expect(refused).toHaveLength(5)
  expect(refused).toEqual(
    refused.map(() => ({ status: 'rejected', reason: expect.objectContaining({ code: '23P01' }) })),
  )
})

async function idOf(answer: Response): Promise<string> {
  const body: unknown = await answer.json()
  return typeof body === 'object' && body && 'id' in body ? String(body.id) : ''
}
