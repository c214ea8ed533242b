import { type Answer, Refusal, page } from '../http.ts'
import { type Context, bigintNamed } from './context.ts'
import { kinds, states, told } from './words.ts'

const entities = new Map([
  ['&', '&#38;'],
  ['<', '&#60;'],
  ['>', '&#62;'],
  ['"', '&#34;'],
  ["'", '&#39;'],
])
const html = (text: string) => text.replaceAll(/[&<>"']/g, (sign) => entities.get(sign)!)

interface Head {
  readonly reference: string
  readonly status: string
  readonly name: string
  readonly place: string
  readonly due: string
}

interface Line {
  readonly position: string
  readonly at: string
  readonly kind: string
  readonly remark: string
}

export async function slip(context: Context): Promise<Answer> {
  const id = bigintNamed(context, 'id')
  const [head] = await context.store.query<Head>(
    `SELECT tracking_ref AS reference, ${told(states, 'state')} AS status,
            given_name || coalesce(' ' || family_name, '') AS name,
            overlay(origin PLACING CASE WHEN origin LIKE '%/%' THEN ' ' ELSE '' END FROM 4 FOR 1)
              AS place,
            coalesce(to_char(due_date, 'YYYY-MM-DD'), '') AS due
       FROM parcel.consignments WHERE consignment_id = $1`,
    [id],
  )
  if (!head) throw new Refusal(404, 'no such parcel')
  const lines = await context.store.query<Line>(
    `SELECT position, to_char(happened_at, 'YYYY-MM-DD HH24:MI') AS at,
            ${told(kinds, 'kind')} AS kind, coalesce(left(remark, 80), '') AS remark
       FROM parcel.milestones WHERE consignment_id = $1 ORDER BY position DESC LIMIT 20`,
    [id],
  )
  const rows = lines.map((line) => {
    const cells = [line.position, line.at, line.kind, html(line.remark)]
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>\n`
  })
  return page(
    [
      '<!doctype html>',
      `<title>${head.reference}</title>`,
      `<h1>${html(head.name)}</h1>`,
      `<p>${head.status} at ${html(head.place)}, due ${head.due}</p>`,
      `<table>\n${rows.join('')}</table>\n`,
    ].join('\n'),
  )
}
