import { type Answer, Refusal, json } from '../http.ts'
import { type Call, keyIn } from './call.ts'

const asJson = `json_build_object('id', id::text, 'name', name, 'vatNo', vat_no,
  'creditLimit', credit_limit::text, 'openedOn', opened_on)::text AS body`

export async function listAccounts({ pool }: Call): Promise<Answer> {
  const { rows } = await pool.query<{ body: string }>(
    `SELECT ${asJson} FROM depot.accounts ORDER BY id`,
  )
  return json(200, `[${rows.map((row) => row.body).join(',\n')}]`)
}

export async function showAccount({ pool, args }: Call): Promise<Answer> {
  const { rows } = await pool.query<{ body: string }>(
    `SELECT ${asJson} FROM depot.accounts WHERE id = $1`,
    [keyIn(args)],
  )
  if (!rows[0]) throw new Refusal(404, 'no such account')
  return json(200, rows[0].body)
}
