import { type Answer, Refusal, page } from '../http.ts'
import { type Call, keyIn } from './call.ts'

const escaped = (text: string) =>
  text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

interface Head {
  readonly tracking_no: string
  readonly status: string
  readonly recipient: string
  readonly place: string
  readonly due: string
}

interface Line {
  readonly seq: number
  readonly at: string
  readonly type: string
  readonly text: string
}

/** The packing slip that is stuck to a parcel: the page that the depot's printers know. */
export async function showSlip({ pool, args }: Call): Promise<Answer> {
  const id = keyIn(args)
  const head = await pool.query<Head>(
    `SELECT tracking_no, status, recipient, concat_ws(' ', hub, bay) AS place,
            coalesce(due_on, '') AS due
       FROM depot.parcels WHERE id = $1`,
    [id],
  )
  const parcel = head.rows[0]
  if (!parcel) throw new Refusal(404, 'no such parcel')
  const { rows } = await pool.query<Line>(
    `SELECT seq, to_char("occurredAt", 'YYYY-MM-DD HH24:MI') AS at, "eventType" AS type,
            coalesce(left("freeText", 80), '') AS text
       FROM depot."ParcelEvents" WHERE "parcelId" = $1 ORDER BY seq DESC LIMIT 20`,
    [id],
  )
  const lines = rows.map(
    ({ seq, at, type, text }) =>
      `<tr><td>${seq}</td><td>${at}</td><td>${type}</td><td>${escaped(text)}</td></tr>\n`,
  )
  return page(`<!doctype html>
<title>${parcel.tracking_no}</title>
<h1>${escaped(parcel.recipient)}</h1>
<p>${parcel.status} at ${escaped(parcel.place)}, due ${parcel.due}</p>
<table>
${lines.join('')}</table>
`)
}
