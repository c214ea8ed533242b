import { afterAll, beforeAll, expect, test } from 'vitest'
import { json, type Petsphere, startPetsphere } from '../harness/petsphere.ts'
import { Postgres } from '../harness/postgres.ts'

const admin = 'admin@petsphere.test'
const period = { from: '2025-05-01', to: '2025-06-30' }
let postgres: Postgres
let petsphere: Petsphere

beforeAll(async () => {
  postgres = await Postgres.open()
  petsphere = await startPetsphere(await postgres.seededDatabase('petsphere'))
})

afterAll(async () => {
  await petsphere[Symbol.asyncDispose]()
  await postgres[Symbol.asyncDispose]()
})

const get = async (path: string) => (await petsphere.fetch(path, {}, admin)).json()

test('revenue is the price of what was booked and the sum of what was given', async () => {
  const [sum] = await postgres.sql<{ total: string; visits: number }>(
    postgres.url('petsphere'),
    `select count(*)::integer as visits, (sum(coalesce(s.price, 0))
       + sum((select coalesce(sum(total), 0) from treatments t where t.record_id = r.id)))::text as total
     from medical_records r left join appointments a on a.id = r.appointment_id
     left join service_types s on s.id = a.service_type_id
     where r.clinic_id = 1 and r.visited_on between $1 and $2`,
    [period.from, period.to],
  )
  expect(sum!.visits).toBeGreaterThan(20)
  const { total } = (await get(`/api/reports/revenue?from=${period.from}&to=${period.to}`)) as {
    total: string
  }
  expect(total).toBe(sum!.total)
})

test('an export holds what the report says, and stays as it was when that changes', async () => {
  const made = await petsphere.fetch(
    '/api/reports/exports',
    json({ report: 'revenue', format: 'csv', ...period }),
    admin,
  )
  const path = made.headers.get('location')!
  const download = async () => (await petsphere.fetch(path, {}, admin)).text()
  const before = await download()
  const { months } = (await get(`/api/reports/revenue?from=${period.from}&to=${period.to}`)) as {
    months: Record<string, string | number>[]
  }
  expect(before.split('\r\n').slice(1, -1)).toEqual(
    months.map((month) => Object.values(month).join(',')),
  )
  await petsphere.pool.query('update treatments set unit_price = unit_price + 1')
  expect(await download()).toBe(before)
})

test('what another clinic exported does not exist', async () => {
  const made = await petsphere.fetch(
    '/api/reports/exports',
    json({ report: 'usage', format: 'pdf', ...period }),
    admin,
  )
  const path = made.headers.get('location')!
  const elsewhere = await petsphere.fetch(path, {}, 'admin.2.1@petsphere.test')
  expect(elsewhere.status).toBe(404)
})
