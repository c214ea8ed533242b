import { inTransaction } from '../db/transaction.ts'
import { matching, optional, text, where } from '../http/checks.ts'
import { invalid, notFound, plainTextWhenMissing, Refusal } from '../http/errors.ts'
import { readFields } from '../http/fields.ts'
import { readBytes } from '../http/read-bytes.ts'
import { idParam } from '../http/params.ts'
import { type Area, type Call, get, remove, signedIn, staff, upload } from '../http/route.ts'
import { visiblePet } from './pet-model.ts'

export const attachments: Area = {
  errors: plainTextWhenMissing,
  routes: [
    get('/pets/:id/attachments', signedIn, [200, 404], listAttachments),
    upload('/pets/:id/attachments', staff, [201, 400, 404, 413, 415], addAttachment),
    get('/pets/:id/attachments/:seq', signedIn, [200, 304, 404], downloadAttachment),
    remove('/pets/:id/attachments/:seq', ['admin', 'veterinarian'], [204, 404], removeAttachment),
  ],
}

const tenMegabytes = 10 * 1024 * 1024

const columns = `pet_id as "petId", seq, filename, content_type as "contentType",
  octet_length(content) as size, note, created_at as "createdAt"`

async function listAttachments({ req, res, user, app }: Call): Promise<void> {
  const { id } = await visiblePet(app.pool, user, idParam(req, 'id', 'pet'))
  const { rows } = await app.pool.query(
    `select ${columns} from attachments where pet_id = $1 order by seq`,
    [id],
  )
  res.json({ attachments: rows })
}

const isFilename = (name: string) => !/[\p{Cc}/\\]/u.test(name)
const mediaType =
  /^[\w!#$&^.+-]{1,100}\/[\w!#$&^.+-]{1,100}( *; *[\w-]{1,40}=("[^"\\\p{Cc}]{0,100}"|[\w!#$&^.+:-]{1,100})){0,5}$/u

const described = {
  filename: where(text(255), isFilename, 'must not contain slashes or control characters'),
  contentType: matching(mediaType, 'a media type like image/png'),
  note: optional(text(10_000, 0), null),
}

/** The body is the file as it is; its name comes in the query or, percent-encoded, in X-Filename. */
async function addAttachment({ req, res, user, app }: Call): Promise<void> {
  const petId = idParam(req, 'id', 'pet')
  const { filename, contentType, note } = readFields(
    {
      filename: req.query['filename'] ?? decoded(req.get('x-filename')),
      contentType: req.get('content-type') ?? 'application/octet-stream',
      note: req.query['note'],
    },
    described,
  )
  if ((req.get('content-encoding') ?? 'identity') !== 'identity') {
    throw new Refusal(415, 'ENCODED', 'Send the file without a content encoding')
  }
  await visiblePet(app.pool, user, petId)
  const content = await readBytes(req, tenMegabytes)
  if (content.length === 0) throw invalid([{ field: 'body', message: 'must be a file' }])
  const added = await inTransaction(app.pool, user.email, async (tx) => {
    // Two uploads for one pet take turns here, so that each gets a number of its own.
    await visiblePet(tx, user, petId, 'lock')
    const { rows } = await tx.query<{ seq: number }>(
      `insert into attachments (pet_id, seq, filename, content_type, content, note)
       values ($1, (select coalesce(max(seq), 0) + 1 from attachments where pet_id = $1),
         $2, $3, $4, $5)
       returning ${columns}`,
      [petId, filename, contentType, content, note],
    )
    return rows[0]!
  })
  res.status(201).location(`/api/pets/${petId}/attachments/${added.seq}`).json(added)
}

function decoded(value: string | undefined): string | undefined {
  try {
    return value && decodeURIComponent(value)
  } catch (cause) {
    throw invalid([{ field: 'filename', message: 'must be percent-encoded' }], cause)
  }
}

interface Stored {
  readonly filename: string
  readonly content_type: string
  readonly content: Buffer
}

/** Always a download, never shown in the page: the type is whatever the uploader said. */
async function downloadAttachment({ req, res, user, app }: Call): Promise<void> {
  const { id } = await visiblePet(app.pool, user, idParam(req, 'id', 'pet'))
  const { rows } = await app.pool.query<Stored>(
    'select filename, content_type, content from attachments where pet_id = $1 and seq = $2',
    [id, idParam(req, 'seq', 'attachment')],
  )
  const stored = rows[0]
  if (!stored) throw notFound('attachment')
  res.attachment(stored.filename)
  // Not res.type(), which would add a charset to what was stored.
  res.setHeader('Content-Type', stored.content_type)
  res.set({ 'Cache-Control': 'private, no-cache', 'X-Content-Type-Options': 'nosniff' })
  res.send(stored.content)
}

async function removeAttachment({ req, res, user, app }: Call): Promise<void> {
  const petId = idParam(req, 'id', 'pet')
  const seq = idParam(req, 'seq', 'attachment')
  const { rowCount } = await inTransaction(app.pool, user.email, async (tx) => {
    await visiblePet(tx, user, petId, 'lock')
    return tx.query('delete from attachments where pet_id = $1 and seq = $2', [petId, seq])
  })
  if (rowCount === 0) throw notFound('attachment')
  res.status(204).end()
}
