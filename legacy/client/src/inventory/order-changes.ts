import type { Values } from '../ui/values.ts'

interface SaidLine {
  readonly itemId: number
  readonly quantity: string
  readonly unitCost: string
}

/** What the form of an order says, as the API takes it; `keys` are those of its lines, in their order. */
export function orderIn(
  values: Values,
  keys: readonly number[],
): { supplierId: number; lines: readonly SaidLine[] } {
  const decimal = (name: string) => values.text(name).replace(',', '.')
  return {
    supplierId: Number(values.raw('supplierId')),
    lines: keys.map((key) => ({
      itemId: Number(values.raw(`itemId-${key}`)),
      quantity: decimal(`quantity-${key}`),
      unitCost: decimal(`unitCost-${key}`),
    })),
  }
}
