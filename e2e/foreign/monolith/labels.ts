import { type Answer, Refusal, json, readBody } from '../http.ts'
import { type Call, keyIn } from './call.ts'
import { inTransaction } from './database.ts'

const asJson = `json_build_object(
  'seq', seq, 'type', media_type, 'bytes', octet_length(content),
  'sha256', encode(sha256(content), 'hex'), 'downloads', downloads,
  'printedAt', printed_at)::text AS body`

const endings: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'image/png': 'png',
  'text/plain': 'txt',
  'application/octet-stream': 'bin',
}

export async function listLabels({ pool, args }: Call): Promise<Answer> {
  const { rows } = await pool.query<{ body: string }>(
    `SELECT ${asJson} FROM depot.labels WHERE parcel_id = $1 ORDER BY seq`,
    [keyIn(args)],
  )
  return json(200, `[${rows.map((row) => row.body).join(',\n')}]`)
}

/** The latest label. Each time it is fetched is counted: billing asks for that number. */
export async function downloadLabel({ pool, args }: Call): Promise<Answer> {
  const { rows } = await pool.query<{
    seq: number
    media_type: string
    content: Buffer
    tracking_no: string
  }>(
    `UPDATE depot.labels l SET downloads = downloads + 1
       FROM depot.parcels p
      WHERE p.id = l.parcel_id AND l.parcel_id = $1
        AND l.seq = (SELECT max(seq) FROM depot.labels WHERE parcel_id = $1)
      RETURNING l.seq, l.media_type, l.content, p.tracking_no`,
    [keyIn(args)],
  )
  const label = rows[0]
  if (!label) throw new Refusal(404, 'no label')
  const name = `${label.tracking_no}-${label.seq}.${endings[label.media_type]}`
  return {
    status: 200,
    headers: {
      'content-type': label.media_type,
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    },
    body: label.content,
  }
}

export async function addLabel({ pool, request, args }: Call): Promise<Answer> {
  const id = keyIn(args)
  const type = request.headers['content-type'] ?? ''
  if (!Object.hasOwn(endings, type)) throw new Refusal(415, 'not a label')
  const content = await readBody(request, 1024 * 1024)
  if (content.length === 0) throw new Refusal(400, 'empty label')
  return inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      'SELECT FROM depot.parcels WHERE id = $1 FOR NO KEY UPDATE',
      [id],
    )
    if (!rowCount) throw new Refusal(404, 'no such parcel')
    const { rows } = await client.query<{ body: string }>(
      `INSERT INTO depot.labels (parcel_id, seq, media_type, content)
       SELECT $1, coalesce(max(seq), 0) + 1, $2, $3 FROM depot.labels WHERE parcel_id = $1
       RETURNING ${asJson}`,
      [id, type, content],
    )
    return json(201, rows[0]!.body)
  })
}

/** Takes the latest label back; the one before it is the latest again. */
export async function deleteLabel({ pool, args }: Call): Promise<Answer> {
  const { rowCount } = await pool.query(
    `DELETE FROM depot.labels
      WHERE parcel_id = $1 AND seq = (SELECT max(seq) FROM depot.labels WHERE parcel_id = $1)`,
    [keyIn(args)],
  )
  if (!rowCount) throw new Refusal(404, 'no label')
  return { status: 204 }
}
