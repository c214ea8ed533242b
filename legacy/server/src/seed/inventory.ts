import { products, suppliersOfClinic } from './products.ts'
import { ledgers } from './stock.ts'
import { dayPlus, startOf, timestamp } from './times.ts'
import { thousandths } from './treatments.ts'
import { firstUserOf, upTo, type World } from './world.ts'

const dayMs = 86_400_000

const itemId = (clinic: number, product: number) => (clinic - 1) * products.length + product + 1
const supplierId = (clinic: number, supplier: number) =>
  (clinic - 1) * suppliersOfClinic.length + supplier + 1

/** Stock has been kept in here since shortly before the first visits that are left. */
const begin = (world: World) => startOf(world.today) - (world.size.pastDays + 30) * dayMs

export function* supplierRows(world: World) {
  const created_at = timestamp(begin(world))
  for (const clinic of upTo(world.size.clinics)) {
    for (const [index, supplier] of suppliersOfClinic.entries()) {
      yield { id: supplierId(clinic, index), clinic_id: clinic, ...supplier, created_at }
    }
  }
}

export function* itemRows(world: World) {
  for (const { clinic, onHand, moves } of ledgers(world)) {
    for (const [index, { sku, name, unit, price, reorderAt, tags }] of products.entries()) {
      const last = moves.findLast(({ product }) => product === index)
      yield {
        id: itemId(clinic, index),
        clinic_id: clinic,
        sku,
        name,
        unit,
        on_hand: thousandths(onHand[index]!),
        reorder_at: reorderAt,
        price,
        tags,
        created_at: timestamp(begin(world), index),
        updated_at: last?.at ?? timestamp(begin(world), index),
        archived_at: null,
      }
    }
  }
}

export function* orderRows(world: World) {
  let id = 1
  for (const { clinic, orders } of ledgers(world)) {
    for (const { supplier, status, on } of orders) {
      const orderedOn = dayPlus(on, -suppliersOfClinic[supplier]!.lead_days)
      const created_at = timestamp(startOf(orderedOn) + 9 * 3_600_000, id % 1000)
      yield {
        id: id++,
        clinic_id: clinic,
        supplier_id: supplierId(clinic, supplier),
        status,
        ordered_on: status === 'draft' ? null : orderedOn,
        expected_on: status === 'draft' ? null : on,
        received_on: status === 'received' ? on : null,
        made_by: firstUserOf(world.size, clinic),
        created_at,
        updated_at: status === 'received' ? timestamp(startOf(on) + 12 * 3_600_000) : created_at,
      }
    }
  }
}

export function* orderLineRows(world: World) {
  let order_id = 0
  for (const { clinic, orders } of ledgers(world)) {
    for (const { lines } of orders) {
      order_id += 1
      for (const [index, { product, quantity }] of lines.entries()) {
        yield {
          order_id,
          line: index + 1,
          item_id: itemId(clinic, product),
          quantity: thousandths(quantity),
          unit_cost: products[product]!.cost,
        }
      }
    }
  }
}

export function* movementRows(world: World) {
  let id = 1
  let ordersBefore = 0
  for (const { clinic, orders, moves } of ledgers(world)) {
    for (const { at, product, kind, quantity, visit, order, by } of moves) {
      yield {
        id: id++,
        item_id: itemId(clinic, product),
        kind,
        quantity: thousandths(quantity),
        appointment_id: visit,
        order_id: order === null ? null : ordersBefore + order + 1,
        note: kind === 'expired' ? 'Opened' : null,
        made_by: by,
        at,
      }
    }
    ordersBefore += orders.length
  }
}
