import { afterAll, beforeAll, expect, test } from 'vitest'
import { json, type Petsphere, startPetsphere } from '../harness/petsphere.ts'
import { Postgres } from '../harness/postgres.ts'

const admin = 'admin@petsphere.test'
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

async function make(path: string, body: unknown): Promise<number> {
  const answer = await petsphere.fetch(path, json(body), admin)
  const made: unknown = await answer.json()
  if (typeof made === 'object' && made && 'id' in made && typeof made.id === 'number') {
    return made.id
  }
  throw new Error(`${path} answered ${JSON.stringify(made)}`)
}

const newItem = (sku: string) =>
  make('/api/inventory', { sku, name: sku, unit: 'ml', price: '1.00' })

const adjust = (item: number, quantity: string) =>
  petsphere.fetch(`/api/inventory/${item}/adjustments`, json({ quantity }), admin)

async function stockOf(item: number) {
  const [row] = await postgres.sql<{ on_hand: string; moved: string; movements: number }>(
    postgres.url('petsphere'),
    `select on_hand, coalesce(sum(quantity), 0)::text as moved, count(quantity)::integer as movements
     from inventory_items i left join stock_movements m on m.item_id = i.id
     where i.id = $1 group by i.id`,
    [item],
  )
  return row!
}

const count = (answers: readonly Response[], wanted: number) =>
  answers.filter(({ status }) => status === wanted).length

test('of many who take at once, as many get some as there is, and the rest is told', async () => {
  const item = await newItem('contested')
  await adjust(item, '10')
  const answers = await Promise.all(Array.from({ length: 24 }, () => adjust(item, '-1.25')))
  expect(count(answers, 201)).toBe(8)
  expect(count(answers, 409)).toBe(16)
  expect(await stockOf(item)).toEqual({ on_hand: '0.000', moved: '0.000', movements: 9 })
})

test('a delivery that many sign for at once goes into stock once', async () => {
  const item = await newItem('delivered')
  const order = await orderOf([item])
  const receive = () => petsphere.fetch(`/api/purchase-orders/${order}/receive`, json({}), admin)
  const answers = await Promise.all(Array.from({ length: 12 }, receive))
  expect(count(answers, 200)).toBe(1)
  expect(count(answers, 409)).toBe(11)
  expect(await stockOf(item)).toEqual({ on_hand: '5.000', moved: '5.000', movements: 1 })
})

test('deliveries that list the same items in opposite orders all go in', async () => {
  const items = await Promise.all(['a', 'b', 'c', 'd'].map(newItem))
  const orders = await Promise.all(
    Array.from({ length: 6 }, (_, at) => orderOf(at % 2 === 0 ? items : items.toReversed())),
  )
  const answers = await Promise.all(
    orders.map((id) => petsphere.fetch(`/api/purchase-orders/${id}/receive`, json({}), admin)),
  )
  expect(count(answers, 200)).toBe(6)
  for (const item of items) expect((await stockOf(item)).on_hand).toBe('30.000')
})

test('whoever goes past the application is refused by the database', async () => {
  const item = await newItem('bypassed')
  await expect(
    petsphere.pool.query('update inventory_items set on_hand = on_hand - 1 where id = $1', [item]),
  ).rejects.toMatchObject({ constraint: 'inventory_items_never_negative' })
})

async function orderOf(items: readonly number[]): Promise<number> {
  const lines = items.map((itemId) => ({ itemId, quantity: 5, unitCost: '0.10' }))
  const order = await make('/api/purchase-orders', { supplierId: 1, lines })
  await petsphere.fetch(`/api/purchase-orders/${order}/order`, json({}), admin)
  return order
}
