import { type Answer, Refusal, json, readFields } from '../http.ts'
import { type Context, arrayOf, requireSupervisor } from './context.ts'

/** The depot only ever charged euros; the service does not store that. */
const body = `json_build_object(
  'zone', area, 'level', product, 'band', band, 'price', amount::text, 'currency', 'EUR',
  'validFrom', effective_on, 'surcharges', extras, 'smallPrint', terms)::text AS body`
const keyed = '(area, product, band) = ($1, $2, $3)'

const keyOf = ({ named }: Context) => [named['zone'], named['level'], named['band']]

export async function list({ search, store }: Context): Promise<Answer> {
  const rows = await store.query<{ body: string }>(
    `SELECT ${body} FROM parcel.tariffs WHERE area = coalesce($1, area)
      ORDER BY area COLLATE "C", product COLLATE "C", band COLLATE "C"`,
    [search.get('zone')],
  )
  return json(200, arrayOf(rows))
}

export async function show(context: Context): Promise<Answer> {
  const [found] = await context.store.query<{ body: string }>(
    `SELECT ${body} FROM parcel.tariffs WHERE ${keyed}`,
    keyOf(context),
  )
  if (!found) throw new Refusal(404, 'no such rate')
  return json(200, found.body)
}

const isPart = (value: unknown) => typeof value === 'string' && /^.{1,40}$/su.test(value)
const isNullOr = (pattern: RegExp) => (value: unknown) =>
  value === null || (typeof value === 'string' && pattern.test(value))

const fields: readonly (readonly [string, string, (value: unknown) => boolean])[] = [
  ['zone', 'area', isPart],
  ['level', 'product', isPart],
  ['band', 'band', isPart],
  ['price', 'amount', (value) => /^\d{1,30}(\.\d{1,30})?$/.test(String(value))],
  ['validFrom', 'effective_on', isNullOr(/^\d{4}-\d\d-\d\d$/)],
  ['surcharges', 'extras', () => true],
  ['smallPrint', 'terms', isNullOr(/^/)],
]

function columnsIn(given: Record<string, unknown>): [column: string, value: unknown][] {
  return fields
    .filter(([field]) => Object.hasOwn(given, field))
    .map(([field, column, accepts]) => {
      const value = given[field]
      if (!accepts(value)) throw new Refusal(400, `bad ${field}`)
      return [column, column === 'extras' ? JSON.stringify(value) : value]
    })
}

export async function put(context: Context): Promise<Answer> {
  requireSupervisor(context)
  const given = await readFields(context.request)
  if (!Object.hasOwn(given, 'price')) throw new Refusal(400, 'bad price')
  for (const part of ['zone', 'level', 'band']) delete given[part]
  const columns = columnsIn(given)
  const names = columns.map(([column]) => column)
  const [made] = await context.store.query<{ body: string }>(
    `INSERT INTO parcel.tariffs (area, product, band, ${names.join(', ')})
     VALUES ($1, $2, $3, ${names.map((_, at) => `$${at + 4}`).join(', ')})
     ON CONFLICT (area, product, band) DO UPDATE
       SET ${names.map((name) => `${name} = excluded.${name}`).join(', ')}
     RETURNING ${body}`,
    [...keyOf(context), ...columns.map(([, value]) => value)],
  )
  return json(200, made!.body)
}

export async function amend(context: Context): Promise<Answer> {
  requireSupervisor(context)
  const columns = columnsIn(await readFields(context.request))
  if (columns.length === 0) throw new Refusal(400, 'nothing to change')
  const [changed] = await context.store.query<{ body: string }>(
    `UPDATE parcel.tariffs
        SET ${columns.map(([column], at) => `${column} = $${at + 4}`).join(', ')}
      WHERE ${keyed} RETURNING ${body}`,
    [...keyOf(context), ...columns.map(([, value]) => value)],
  )
  if (!changed) throw new Refusal(404, 'no such rate')
  return json(200, changed.body)
}

export async function remove(context: Context): Promise<Answer> {
  requireSupervisor(context)
  const gone = await context.store.query(
    `DELETE FROM parcel.tariffs WHERE ${keyed} RETURNING 1`,
    keyOf(context),
  )
  if (gone.length === 0) throw new Refusal(404, 'no such rate')
  return { status: 204 }
}
