import { afterAll, beforeAll, expect, test } from 'vitest'
import { json, type Petsphere, startPetsphere } from '../harness/petsphere.ts'
import { Postgres } from '../harness/postgres.ts'

const vet = 'vet@petsphere.test'
let postgres: Postgres
let petsphere: Petsphere
/** Visits of clinic 1 that nobody has come to yet. */
let booked: number[]

beforeAll(async () => {
  postgres = await Postgres.open()
  const url = await postgres.seededDatabase('petsphere')
  petsphere = await startPetsphere(url)
  const rows = await sql<{ id: number }>(
    "select id from appointments where clinic_id = 1 and status = 'booked' order by id",
  )
  booked = rows.map(({ id }) => id)
})

afterAll(async () => {
  await petsphere[Symbol.asyncDispose]()
  await postgres[Symbol.asyncDispose]()
})

const sql = <Row extends Record<string, unknown>>(statement: string, values: unknown[] = []) =>
  postgres.sql<Row>(postgres.url('petsphere'), statement, values)

/** Somebody arrives for the next visit. @returns its id */
async function arrival(): Promise<number> {
  const visit = booked.shift()!
  const answer = await petsphere.fetch(`/api/appointments/${visit}/check-in`, json({}), vet)
  expect(answer.status).toBe(200)
  return visit
}

const complete = (visit: number, treatments: readonly object[]) =>
  petsphere.fetch(
    `/api/appointments/${visit}/complete`,
    json({ findings: 'Well', treatments }),
    vet,
  )

async function whatIsLeftOf(visit: number) {
  const [row] = await sql(
    `select status, (select count(*)::integer from medical_records where appointment_id = $1) as records,
       (select count(*)::integer from treatments t join medical_records r on r.id = t.record_id
        where r.appointment_id = $1) as treatments,
       (select count(*)::integer from stock_movements where appointment_id = $1) as movements
     from appointments where id = $1`,
    [visit],
  )
  return row
}

const dose = [{ itemId: 10, quantity: 0.001 }]

test('of many who complete a visit at once one does, and stock is taken once', async () => {
  const visit = await arrival()
  const answers = await Promise.all(Array.from({ length: 12 }, () => complete(visit, dose)))
  expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([
    200,
    ...Array.from({ length: 11 }, () => 409),
  ])
  expect(await whatIsLeftOf(visit)).toEqual({
    status: 'completed',
    records: 1,
    treatments: 1,
    movements: 1,
  })
})

test('when a treatment is refused, nothing of the visit is written', async () => {
  const visit = await arrival()
  const answer = await complete(visit, [...dose, { itemId: 2_147_483_647, quantity: 1 }])
  expect(answer.status).toBe(422)
  expect(await whatIsLeftOf(visit)).toEqual({
    status: 'checked_in',
    records: 0,
    treatments: 0,
    movements: 0,
  })
})

test('when stock cannot be taken, what was found stays written, and the answer says so', async () => {
  const visit = await arrival()
  await sql(`create function fail() returns trigger language plpgsql as
    $$ begin raise exception 'the shelf fell down'; end $$`)
  await sql('create trigger broken before insert on stock_movements execute function fail()')
  const answer = await complete(visit, dose)
  await sql('drop trigger broken on stock_movements')
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({ stockTaken: false })
  expect(await whatIsLeftOf(visit)).toEqual({
    status: 'completed',
    records: 1,
    treatments: 1,
    movements: 0,
  })
})

test('visits that take the same items in opposite orders are all completed', async () => {
  const visits: number[] = []
  for (let nth = 0; nth < 6; nth++) visits.push(await arrival())
  const both = [...dose, { itemId: 11, quantity: 0.001 }]
  const answers = await Promise.all(
    visits.map((visit, at) => complete(visit, at % 2 === 0 ? both : both.toReversed())),
  )
  const bodies = await Promise.all(answers.map((answer) => answer.json()))
  expect(bodies).toEqual(bodies.map(() => expect.objectContaining({ stockTaken: true })))
})
