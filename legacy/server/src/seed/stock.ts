import { type AppointmentRow, appointmentRows } from './appointments.ts'
import { productOf, products, suppliersOfClinic } from './products.ts'
import { dayPlus, startOf, timestamp } from './times.ts'
import { treatmentsOf } from './treatments.ts'
import { firstUserOf, type World } from './world.ts'

export interface Line {
  readonly product: number
  /** In thousandths. */
  readonly quantity: number
}

export interface Order {
  readonly supplier: number
  readonly status: 'draft' | 'ordered' | 'received'
  /** The day it is there, or is expected. */
  readonly on: string
  readonly lines: readonly Line[]
}

export interface Move {
  readonly at: string
  readonly product: number
  readonly kind: 'received' | 'used' | 'expired'
  readonly quantity: number
  readonly visit: number | null
  /** An index into the clinic's orders. */
  readonly order: number | null
  readonly by: number
}

/** What one clinic ordered, used and has left. */
export interface Ledger {
  readonly clinic: number
  readonly orders: readonly Order[]
  readonly moves: readonly Move[]
  readonly onHand: readonly number[]
}

const dayMs = 86_400_000
const days = 7

/** Clinic by clinic, so that no more than one is in memory. */
export function* ledgers(world: World): Iterable<Ledger> {
  let visits: AppointmentRow[] = []
  for (const row of appointmentRows(world)) {
    if (visits[0] && visits[0].clinic_id !== row.clinic_id) {
      yield ledgerOf(world, visits)
      visits = []
    }
    visits.push(row)
  }
  if (visits.length > 0) yield ledgerOf(world, visits)
}

/**
 * Each week's deliveries come before the week and bring at least what it takes, in whole packs: what is
 * left over is there for the next one, so stock is never below nothing.
 */
function ledgerOf(world: World, visits: readonly AppointmentRow[]): Ledger {
  const clinic = visits[0]!.clinic_id
  const random = world.random('ledger', clinic)
  const first = dayPlus(world.today, -world.size.pastDays)
  const used = visits
    .filter(({ status }) => status === 'completed')
    .flatMap((visit) => usesOf(world, visit))
  const weeks = Math.ceil(world.size.pastDays / days)
  const left = products.map(() => 0)
  const orders: Order[] = []
  const moves: Move[] = []
  for (let week = 0; week < weeks; week++) {
    const from = dayPlus(first, week * days)
    const until = dayPlus(from, days)
    const uses = used.filter(({ at }) => at >= from && at < until)
    const needed = products.map((_, product) =>
      sum(uses.filter((each) => each.product === product)),
    )
    for (const [supplier] of suppliersOfClinic.entries()) {
      const lines = linesFor(needed, left, supplier)
      if (lines.length === 0) continue
      const on = dayPlus(from, -1)
      const at = timestamp(startOf(on) + random.int(8 * 3600, 17 * 3600) * 1000, random.int(0, 999))
      const by = firstUserOf(world.size, clinic)
      for (const { product, quantity } of lines) {
        moves.push({
          at,
          product,
          kind: 'received',
          quantity,
          visit: null,
          order: orders.length,
          by,
        })
        left[product]! += quantity
      }
      orders.push({ supplier, status: 'received', on, lines })
    }
    for (const use of uses) left[use.product]! += use.quantity
    moves.push(...uses, ...expired(left, dayPlus(until, -1), firstUserOf(world.size, clinic)))
  }
  orders.push(...openOrders(world))
  moves.sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)))
  return { clinic, orders, moves, onHand: left }
}

/** What is on its way, and what somebody has begun to write down. */
function openOrders(world: World): Order[] {
  const pills = [{ product: productOf('AMX-250'), quantity: 200_000 }]
  const collars = [{ product: productOf('COL-M'), quantity: 5000 }]
  return [
    { supplier: 0, status: 'ordered', on: dayPlus(world.today, 1), lines: pills },
    { supplier: 2, status: 'draft', on: world.today, lines: collars },
  ]
}

function usesOf(world: World, visit: AppointmentRow): Move[] {
  const at = visit.during.slice(visit.during.indexOf(',') + 2, -2)
  return treatmentsOf(world, visit).flatMap(({ product, quantity }) =>
    product === null
      ? []
      : [
          {
            at,
            product,
            kind: 'used' as const,
            quantity: -quantity,
            visit: visit.id,
            order: null,
            by: visit.vet_id,
          },
        ],
  )
}

const sum = (uses: readonly Move[]) => -uses.reduce((total, { quantity }) => total + quantity, 0)

function linesFor(needed: readonly number[], left: readonly number[], supplier: number): Line[] {
  return products.flatMap((each, product) => {
    const missing = needed[product]! - left[product]!
    if (each.supplier !== supplier || missing <= 0) return []
    const pack = each.pack * 1000
    return [{ product, quantity: Math.ceil(missing / pack) * pack }]
  })
}

/** Opened bottles do not last: what is left of a millilitre at the end of a week is thrown away. */
function expired(left: number[], day: string, by: number): Move[] {
  const moves: Move[] = []
  for (const [product, quantity] of left.entries()) {
    const rest = quantity % 1000
    if (rest === 0) continue
    left[product]! -= rest
    const at = timestamp(startOf(day) + dayMs - 3_600_000)
    moves.push({ at, product, kind: 'expired', quantity: -rest, visit: null, order: null, by })
  }
  return moves
}
