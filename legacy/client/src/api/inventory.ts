import type { Client } from './client.ts'

/** Quantities are texts with three decimals, prices with two. */
export interface Item {
  readonly id: number
  readonly sku: string
  readonly name: string
  readonly unit: string
  readonly onHand: string
  readonly reorderAt: string
  /** There is not more than `reorderAt` on hand. */
  readonly low: boolean
  readonly price: string
  readonly tags: readonly string[]
}

export interface ItemPage {
  readonly items: readonly Item[]
  readonly page: { readonly number: number; readonly size: number; readonly total: number }
}

export type MovementKind = 'received' | 'used' | 'adjusted' | 'expired'

export interface Movement {
  readonly id: string
  readonly kind: MovementKind
  /** Out of stock with a minus sign. */
  readonly quantity: string
  readonly appointmentId: number | null
  readonly orderId: number | null
  readonly note: string | null
  /** Whole seconds since 1970. */
  readonly at: number
}

const movementsPerPage = 50

/** The first so many pages of an item's movements, newest first. */
export async function listMovements(
  client: Client,
  itemId: number,
  pages: number,
): Promise<{ movements: readonly Movement[]; isAll: boolean }> {
  const movements: Movement[] = []
  for (let page = 0; page < pages; page++) {
    const query = { before: movements.at(-1)?.id, limit: movementsPerPage }
    const part: readonly Movement[] = await client.get(`/inventory/${itemId}/movements`, query)
    movements.push(...part)
    if (part.length < movementsPerPage) return { movements, isAll: true }
  }
  return { movements, isAll: false }
}

export interface Usage {
  readonly itemId: number
  readonly sku: string
  readonly name: string
  readonly unit: string
  readonly used: string
  readonly lost: string
  readonly value: string
}

export interface Supplier {
  readonly id: number
  readonly name: string
  readonly email: string | null
  readonly phone: string | null
  readonly leadDays: number
}

export type OrderStatus = 'draft' | 'ordered' | 'received'

/** Its days are written ones: 31/05/2024. */
export interface Order {
  readonly id: number
  readonly supplierId: number
  readonly supplierName: string
  readonly status: OrderStatus
  readonly orderedOn: string | null
  readonly expectedOn: string | null
  readonly receivedOn: string | null
  readonly total: string
  readonly lines: readonly OrderLine[]
  readonly createdAt: string
}

export interface OrderLine {
  readonly line: number
  readonly itemId: number
  readonly itemName: string
  readonly quantity: string
  readonly unitCost: string
  readonly cost: string
}

export interface OrderPage {
  readonly orders: readonly Order[]
  readonly offset: number
}
