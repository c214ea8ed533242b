import { type Answer, Refusal, json, readFields } from '../http.ts'
import { type Call, keyIn } from './call.ts'

const asJson = `json_build_object('id', id::text, 'name', name, 'zones', zones,
  'shift', shift, 'onDuty', on_duty)::text AS body`

export async function listCouriers({ pool, query }: Call): Promise<Answer> {
  const { rows } = await pool.query<{ body: string }>(
    `SELECT ${asJson} FROM depot.couriers
      WHERE $1::text IS NULL OR $1 = ANY (zones) ORDER BY id`,
    [query.get('zone')],
  )
  return json(200, `[${rows.map((row) => row.body).join(',\n')}]`)
}

export async function changeCourier({ pool, args, request }: Call): Promise<Answer> {
  const id = keyIn(args)
  const { onDuty } = await readFields(request)
  if (![true, false, 'true', 'false'].some((value) => value === onDuty)) {
    throw new Refusal(400, 'bad onDuty')
  }
  const { rows } = await pool.query<{ body: string }>(
    `UPDATE depot.couriers SET on_duty = $2 WHERE id = $1 RETURNING ${asJson}`,
    [id, onDuty],
  )
  if (!rows[0]) throw new Refusal(404, 'no such courier')
  return json(200, rows[0].body)
}
