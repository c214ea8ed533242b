import { Refusal } from '../http.ts'

type Read = (value: unknown) => unknown

const bad = Symbol('bad')

const text =
  (least: number, most: number): Read =>
  (value) => {
    if (typeof value !== 'string') return bad
    const { length } = Array.from(value)
    return length >= least && length <= most ? value : bad
  }

const matching =
  (pattern: RegExp): Read =>
  (value) =>
    (typeof value === 'string' || typeof value === 'number') && pattern.test(String(value))
      ? String(value)
      : bad

const orNull =
  (read: Read): Read =>
  (value) =>
    value === null ? null : read(value)

const weight: Read = (value) => {
  const grams = matching(/^\d{1,10}$/)(value)
  return grams !== bad && Number(grams) > 0 && Number(grams) < 2 ** 31 ? grams : bad
}

const litres: Read = (value) => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : bad
}

const customs: Read = (value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return bad
  const { carrierRef } = value as { carrierRef?: unknown }
  return carrierRef === undefined || typeof carrierRef === 'string' ? JSON.stringify(value) : bad
}

const tags: Read = (value) => {
  const list = typeof value === 'string' ? [value] : value
  return Array.isArray(list) && list.every((tag) => tag === null || typeof tag === 'string')
    ? list
    : bad
}

/** Field, column, how its value is read. The order is the one in which bad fields are reported. */
const columns: readonly (readonly [field: string, column: string, read: Read])[] = [
  ['recipient', 'recipient', text(1, 200)],
  ['hub', 'hub', matching(/^[A-Z]{3}$/)],
  ['bay', 'bay', orNull(text(0, 20))],
  ['dueOn', 'due_on', orNull(matching(/^\d{4}-\d\d-\d\d$/))],
  ['weightGrams', 'weight_grams', weight],
  ['declaredValue', 'declared_value', orNull(matching(/^-?\d{1,40}(\.\d{1,40})?$/))],
  ['customs', 'customs', customs],
  ['tags', 'tags', tags],
  ['scannerIp', 'scanner_ip', orNull(matching(/^[0-9a-fA-F.:/]{2,60}$/))],
  ['volumeLitres', 'volume_litres', orNull(litres)],
  ['pickupSlot', 'pickup_slot', orNull(text(0, 6))],
  [
    'transitLimit',
    'transit_limit',
    orNull(matching(/^\d{1,3} (mons?|days?|hours?)( \d\d:\d\d:\d\d(\.\d{1,6})?)?$/)),
  ],
  ['handedIn', 'handed_in', orNull(matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?$/))],
]
const needed = ['recipient', 'hub', 'weightGrams']

/** The columns that a client sets. @throws Refusal 400 naming the first field that will not do. */
export function readParcel(
  fields: Record<string, unknown>,
  { whole }: { whole: boolean },
): [column: string, value: unknown][] {
  const given: [string, unknown][] = []
  if (whole) {
    const value = matching(/^[A-Z]{2}\d{9}[A-Z]{2}$/)(fields['trackingNo'])
    if (value === bad) throw new Refusal(400, 'bad trackingNo')
    given.push(['tracking_no', value])
  }
  for (const [field, column, read] of columns) {
    if (!Object.hasOwn(fields, field)) {
      if (whole && needed.includes(field)) throw new Refusal(400, `bad ${field}`)
      continue
    }
    const value = read(fields[field])
    if (value === bad) throw new Refusal(400, `bad ${field}`)
    given.push([column, value])
  }
  return given
}
