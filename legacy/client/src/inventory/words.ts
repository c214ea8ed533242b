import type { MovementKind, OrderStatus } from '../api/inventory.ts'
import type { Tone } from '../ui/badge.tsx'
import { money } from '../patients/words.ts'

/** 120.000 is 120, 2.500 is 2.5; a minus sign is a real one. */
export function quantity(amount: string): string {
  const plain = amount.includes('.') ? amount.replace(/\.?0+$/, '') : amount
  return plain.startsWith('-') ? `−${money(plain.slice(1))}` : money(plain)
}

/** The same with a sign in front, as of something that came or went. */
export function movedBy(amount: string): string {
  return amount.startsWith('-') ? quantity(amount) : `+${quantity(amount)}`
}

export const kindNames: Readonly<Record<MovementKind, string>> = {
  received: 'Received',
  used: 'Used',
  adjusted: 'Adjusted',
  expired: 'Expired',
}

export const kindTones: Readonly<Record<MovementKind, Tone>> = {
  received: 'green',
  used: 'blue',
  adjusted: 'grey',
  expired: 'red',
}

export const statusNames: Readonly<Record<OrderStatus, string>> = {
  draft: 'Draft',
  ordered: 'Ordered',
  received: 'Received',
}

export const statusTones: Readonly<Record<OrderStatus, Tone>> = {
  draft: 'grey',
  ordered: 'amber',
  received: 'green',
}
