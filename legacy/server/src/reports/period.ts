import { isoDay } from '../http/dates.ts'
import { invalid } from '../http/errors.ts'
import { readFields } from '../http/fields.ts'

/** Days, both included. */
export interface Period {
  readonly from: string
  readonly to: string
}

export function readPeriod(input: unknown): Period {
  return ordered(readFields(input, { from: isoDay, to: isoDay }))
}

export function ordered({ from, to }: Period): Period {
  if (to < from) throw invalid([{ field: 'to', message: 'must not be before from' }])
  return { from, to }
}
