import { type Answer, Refusal, json, readFields } from '../http.ts'
import { type Call, supervisorOnly } from './call.ts'

const asJson = `json_build_object(
  'zone', zone, 'level', service_level, 'band', weight_band, 'price', price::text,
  'currency', currency, 'validFrom', valid_from, 'surcharges', surcharges,
  'smallPrint', small_print)::text AS body`
const byKey = 'zone = $1 AND service_level = $2 AND weight_band = $3'

export async function listRates({ pool, query }: Call): Promise<Answer> {
  const { rows } = await pool.query<{ body: string }>(
    `SELECT ${asJson} FROM depot.rate_cards WHERE $1::text IS NULL OR zone = $1
      ORDER BY zone COLLATE "C", service_level COLLATE "C", weight_band COLLATE "C"`,
    [query.get('zone')],
  )
  return json(200, `[${rows.map((row) => row.body).join(',\n')}]`)
}

export async function showRate({ pool, args }: Call): Promise<Answer> {
  const { rows } = await pool.query<{ body: string }>(
    `SELECT ${asJson} FROM depot.rate_cards WHERE ${byKey}`,
    [...args],
  )
  if (!rows[0]) throw new Refusal(404, 'no such rate')
  return json(200, rows[0].body)
}

function readRate(fields: Record<string, unknown>): [column: string, value: unknown][] {
  const given: [string, unknown][] = []
  const take = (field: string, column: string, fine: (value: unknown) => boolean) => {
    if (!Object.hasOwn(fields, field)) return
    if (!fine(fields[field])) throw new Refusal(400, `bad ${field}`)
    given.push([column, fields[field]])
  }
  const name = (value: unknown) => typeof value === 'string' && /^.{1,40}$/su.test(value)
  const day = (value: unknown) =>
    value === null || (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value))
  take('zone', 'zone', name)
  take('level', 'service_level', name)
  take('band', 'weight_band', name)
  take('price', 'price', (value) => /^\d{1,30}(\.\d{1,30})?$/.test(String(value)))
  take('validFrom', 'valid_from', day)
  take('surcharges', 'surcharges', () => true)
  take('smallPrint', 'small_print', (value) => value === null || typeof value === 'string')
  return given.map(([column, value]) => [
    column,
    column === 'surcharges' ? JSON.stringify(value) : value,
  ])
}

/** Makes a rate card, or sets what is given of the one that is there. */
export async function putRate(call: Call): Promise<Answer> {
  supervisorOnly(call)
  const fields = await readFields(call.request)
  for (const part of ['zone', 'level', 'band']) delete fields[part]
  if (!Object.hasOwn(fields, 'price')) throw new Refusal(400, 'bad price')
  const given = readRate(fields)
  const columns = ['zone', 'service_level', 'weight_band', ...given.map(([column]) => column)]
  const { rows } = await call.pool.query<{ body: string }>(
    `INSERT INTO depot.rate_cards (${columns.join(', ')})
     VALUES (${columns.map((_, at) => `$${at + 1}`).join(', ')})
     ON CONFLICT (zone, service_level, weight_band)
     DO UPDATE SET ${given.map(([column]) => `${column} = excluded.${column}`).join(', ')}
     RETURNING ${asJson}`,
    [...call.args, ...given.map(([, value]) => value)],
  )
  return json(200, rows[0]!.body)
}

export async function changeRate(call: Call): Promise<Answer> {
  supervisorOnly(call)
  const given = readRate(await readFields(call.request))
  if (given.length === 0) throw new Refusal(400, 'nothing to change')
  const { rows } = await call.pool.query<{ body: string }>(
    `UPDATE depot.rate_cards SET ${given.map(([column], at) => `${column} = $${at + 4}`).join(', ')}
      WHERE ${byKey} RETURNING ${asJson}`,
    [...call.args, ...given.map(([, value]) => value)],
  )
  if (!rows[0]) throw new Refusal(404, 'no such rate')
  return json(200, rows[0].body)
}

export async function deleteRate(call: Call): Promise<Answer> {
  supervisorOnly(call)
  const { rowCount } = await call.pool.query(`DELETE FROM depot.rate_cards WHERE ${byKey}`, [
    ...call.args,
  ])
  if (!rowCount) throw new Refusal(404, 'no such rate')
  return { status: 204 }
}
