import type { WrittenRecord, WrittenTreatment } from '../api/records.ts'
import { linesOf } from '../patients/pet-changes.ts'
import type { Values } from '../ui/values.ts'

/** The vitals that have a field of their own; whatever else is stored stays. */
export const vitals = {
  temperature: { label: 'Temperature', unit: '°C' },
  pulse: { label: 'Pulse', unit: '/min' },
  respiration: { label: 'Respiration', unit: '/min' },
} as const

export type Vital = keyof typeof vitals

export const vitalKeys = Object.keys(vitals) as Vital[]

const point = (typed: string) => typed.replace(',', '.')

/** What the form of a record says, as the API takes it. */
export function recordIn(values: Values, before?: Omit<WrittenRecord, 'weightKg'>): WrittenRecord {
  const weight = values.optional('weightKg')
  return {
    findings: values.text('findings'),
    diagnosis: values.optional('diagnosis'),
    codes: linesOf(values.raw('codes'), before?.codes ?? []),
    vitals: vitalsIn(values, before?.vitals ?? {}),
    weightKg: weight === null ? null : point(weight),
  }
}

function vitalsIn(values: Values, before: WrittenRecord['vitals']): WrittenRecord['vitals'] {
  const after: Record<string, unknown> = { ...before }
  for (const key of vitalKeys) {
    const typed = values.optional(key)
    if (typed !== null) after[key] = Number(point(typed))
    // A null that was there before, and what is no number, had no place in the form.
    else if (typeof before[key] === 'number') delete after[key]
  }
  return after
}

/** One line of what was given or done. */
export interface TreatmentLine {
  readonly key: number
  readonly isStock: boolean
}

export function treatmentIn(values: Values, { key, isStock }: TreatmentLine): WrittenTreatment {
  const quantity = point(values.text(`quantity-${key}`))
  if (isStock) return { itemId: Number(values.raw(`itemId-${key}`)), quantity }
  return {
    description: values.text(`description-${key}`),
    quantity,
    unitPrice: point(values.text(`unitPrice-${key}`)),
  }
}

const isPlain = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

/** "Temperature 38.4 °C", in the order of the form, and then whatever else there is. */
export function vitalsInWords(stored: Readonly<Record<string, unknown>>): string[] {
  const known = vitalKeys.flatMap((key) => {
    const value = stored[key]
    const { label, unit } = vitals[key]
    return typeof value === 'number' ? [`${label} ${value} ${unit}`] : []
  })
  const others = Object.entries(stored).flatMap(([key, value]) => {
    return !(key in vitals) && isPlain(value) ? [`${key} ${value}`] : []
  })
  return [...known, ...others]
}
