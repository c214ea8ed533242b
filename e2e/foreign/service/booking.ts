import { Refusal } from '../http.ts'

export type Columns = Record<string, unknown>

const isLength = (value: unknown, least: number, most: number): value is string => {
  if (typeof value !== 'string') return false
  const { length } = Array.from(value)
  return length >= least && length <= most
}

/** Strings and numbers alike, as clients send either; undefined when `pattern` refuses it. */
function plain(value: unknown, pattern: RegExp): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  return pattern.test(`${value}`) ? `${value}` : undefined
}

function nonNegative(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() ? Number(value) : value
  return typeof number === 'number' && number >= 0 && number < Infinity ? number : undefined
}

function splitName(recipient: string): Columns {
  const space = recipient.indexOf(' ')
  return space < 0
    ? { given_name: recipient, family_name: null }
    : { given_name: recipient.slice(0, space), family_name: recipient.slice(space + 1) }
}

function splitCustoms(customs: unknown): Columns | undefined {
  if (typeof customs !== 'object' || !customs || Array.isArray(customs)) return undefined
  const { carrierRef = null, ...papers } = customs as { carrierRef?: unknown }
  // JSON has no undefined, so a null here that the client sent is told apart by asking for the key.
  if (carrierRef === null ? 'carrierRef' in customs : typeof carrierRef !== 'string') {
    return undefined
  }
  return { carrier_ref: carrierRef, papers: JSON.stringify(papers) }
}

const isTag = (tag: unknown): tag is string | null => tag === null || typeof tag === 'string'

function markers(tags: unknown): (string | null)[] | undefined {
  if (typeof tags === 'string') return [tags]
  return Array.isArray(tags) && tags.every(isTag) ? tags : undefined
}

/** One field's columns: undefined is refused. */
const columnsOf: Readonly<Record<string, (value: unknown) => Columns | undefined>> = {
  recipient: (value) => (isLength(value, 1, 200) ? splitName(value) : undefined),
  hub: (value) => one('hub', plain(value, /^[A-Z]{3}$/)),
  bay: (value) => one('bay', value === null || isLength(value, 0, 20) ? value : undefined),
  dueOn: nullable('due_date', (value) => plain(value, /^\d{4}-\d\d-\d\d$/)),
  weightGrams(value) {
    const grams = plain(value, /^\d{1,10}$/)
    const fits = grams !== undefined && +grams >= 1 && +grams <= 2_147_483_647
    return fits ? { weight_g: grams } : undefined
  },
  declaredValue: nullable('insured_value', (value) => plain(value, /^-?\d{1,40}(\.\d{1,40})?$/)),
  customs: splitCustoms,
  tags: (value) => one('markers', markers(value)),
  scannerIp: nullable('scanned_from', (value) => plain(value, /^[0-9a-fA-F.:/]{2,60}$/)),
  volumeLitres: nullable('volume', nonNegative),
  pickupSlot: nullable('collection_slot', (value) => (isLength(value, 0, 6) ? value : undefined)),
  transitLimit: nullable('time_allowed', (value) =>
    plain(value, /^\d{1,3} (mons?|days?|hours?)( \d\d:\d\d:\d\d(\.\d{1,6})?)?$/),
  ),
  handedIn: nullable('dropped_off', (value) =>
    plain(value, /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?$/),
  ),
}

function one(column: string, value: unknown): Columns | undefined {
  return value === undefined ? undefined : { [column]: value }
}

function nullable(column: string, read: (value: unknown) => unknown) {
  return (value: unknown) => one(column, value === null ? null : read(value))
}

/**
 * What a client sets, by column. `hub` and `bay` are still two: only who knows the row can join them.
 *
 * @throws Refusal 400 naming the first field that will not do.
 */
export function columnsFor(fields: Record<string, unknown>, required: readonly string[]): Columns {
  const columns: Columns = {}
  for (const [field, read] of Object.entries(columnsOf)) {
    const given = Object.hasOwn(fields, field)
    if (!given && !required.includes(field)) continue
    const these = given ? read(fields[field]) : undefined
    if (!these) throw new Refusal(400, `bad ${field}`)
    Object.assign(columns, these)
  }
  return columns
}
