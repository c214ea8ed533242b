import {
  decimal,
  freeObject,
  id,
  listOf,
  nullable,
  optional,
  record,
  text,
  where,
} from '../http/checks.ts'
import type { Checked } from '../http/fields.ts'

const positive = (whole: number) =>
  where(decimal(whole, 3), (value) => Number(value) > 0, 'must be more than 0')

/** What a vet writes down about a visit. */
export const written = {
  findings: text(20_000),
  diagnosis: optional(nullable(text(2000, 0)), null),
  codes: optional(listOf(text(20), 20), []),
  vitals: optional(freeObject, {}),
  weightKg: optional(nullable(positive(3)), null),
}

/** Something out of stock goes by its own name and price unless told; anything else needs both. */
export const treatment = {
  itemId: optional(nullable(id), null),
  description: optional(nullable(text(200)), null),
  quantity: positive(6),
  unitPrice: optional(nullable(decimal(8, 2)), null),
}

export type Treatment = Checked<typeof treatment>

export const treatments = optional(
  listOf(
    where(record(treatment), isPriced, 'has neither an item nor a description with a price'),
    30,
  ),
  [],
)

export function isPriced({ itemId, description, unitPrice }: Treatment): boolean {
  return itemId !== null || (description !== null && unitPrice !== null)
}

export function recordColumns(fields: Partial<Checked<typeof written>>) {
  const { findings, diagnosis, codes, vitals, weightKg } = fields
  return { findings, diagnosis, codes, vitals, weight_kg: weightKg }
}
