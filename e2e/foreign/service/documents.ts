import { type Answer, Refusal, json, readBody } from '../http.ts'
import { type Context, arrayOf, bigintNamed } from './context.ts'

const body = `json_build_object(
  'seq', revision, 'type', mime, 'bytes', octet_length(body),
  'sha256', encode(sha256(body), 'hex'), 'downloads', fetches, 'printedAt', stored_at)::text AS body`

const extension = new Map([
  ['application/pdf', 'pdf'],
  ['image/png', 'png'],
  ['text/plain', 'txt'],
  ['application/octet-stream', 'bin'],
])

export async function list(context: Context): Promise<Answer> {
  const rows = await context.store.query<{ body: string }>(
    `SELECT ${body} FROM parcel.documents WHERE consignment_id = $1 ORDER BY revision`,
    [bigintNamed(context, 'id')],
  )
  return json(200, arrayOf(rows))
}

interface Document {
  readonly revision: number
  readonly mime: string
  readonly content: Buffer
  readonly tracking_ref: string
}

const latest = `SELECT max(revision) FROM parcel.documents WHERE consignment_id = $1`

/** The latest label, with its counter raised. */
export async function fetchLatest(context: Context): Promise<Answer> {
  const [found] = await context.store.query<Document>(
    `UPDATE parcel.documents d SET fetches = d.fetches + 1
       FROM parcel.consignments c
      WHERE c.consignment_id = d.consignment_id AND d.consignment_id = $1
        AND d.revision = (${latest})
      RETURNING d.revision, d.mime, d.body AS content, c.tracking_ref`,
    [bigintNamed(context, 'id')],
  )
  if (!found) throw new Refusal(404, 'no label')
  const name = `${found.tracking_ref}-${found.revision}.${extension.get(found.mime)}`
  return {
    status: 200,
    headers: {
      'content-type': found.mime,
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    },
    body: found.content,
  }
}

export async function store(context: Context): Promise<Answer> {
  const id = bigintNamed(context, 'id')
  const mime = context.request.headers['content-type'] ?? ''
  if (!extension.has(mime)) throw new Refusal(415, 'not a label')
  const content = await readBody(context.request, 1_048_576)
  if (content.length === 0) throw new Refusal(400, 'empty label')
  return context.store.together(async (query) => {
    const held = await query(
      'SELECT 1 FROM parcel.consignments WHERE consignment_id = $1 FOR NO KEY UPDATE',
      [id],
    )
    if (held.length === 0) throw new Refusal(404, 'no such parcel')
    const [made] = await query<{ body: string }>(
      `INSERT INTO parcel.documents (consignment_id, revision, mime, body)
       VALUES ($1, coalesce((${latest}), 0) + 1, $2, $3) RETURNING ${body}`,
      [id, mime, content],
    )
    return json(201, made!.body)
  })
}

export async function withdraw(context: Context): Promise<Answer> {
  const gone = await context.store.query(
    `DELETE FROM parcel.documents
      WHERE consignment_id = $1 AND revision = (${latest}) RETURNING 1`,
    [bigintNamed(context, 'id')],
  )
  if (gone.length === 0) throw new Refusal(404, 'no label')
  return { status: 204 }
}
