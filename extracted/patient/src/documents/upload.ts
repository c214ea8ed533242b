import type { Request } from 'express'
import { requireVisible } from '../animals/animal.ts'
import { transact } from '../database/transaction.ts'
import { integerKey } from '../http/keys.ts'
import { readBytes } from '../http/read-bytes.ts'
import { invalid, Refusal } from '../http/refusal.ts'
import type { Call } from '../http/route.ts'
import { fill, optional, provided } from '../reading/form.ts'
import { matching, text } from '../reading/texts.ts'

/** A document as clients see it, without its bytes: the columns are the fields, in order. */
export const shown = `animal_id as "petId", number as seq, filename, media_type as "contentType",
  octet_length(body) as size, note, created_at as "createdAt"`

const largest = 10 * 1024 * 1024

const mediaType =
  /^[\w!#$&^.+-]{1,100}\/[\w!#$&^.+-]{1,100}( *; *[\w-]{1,40}=("[^"\\\p{Cc}]{0,100}"|[\w!#$&^.+:-]{1,100})){0,5}$/u

const form = {
  filename: provided(
    text(255),
    (name) => !/[\p{Cc}/\\]/u.test(name),
    'must not contain slashes or control characters',
  ),
  contentType: matching(mediaType, 'a media type like image/png'),
  note: optional(text(10_000, 'empty'), null),
}

/** The body is the file, byte by byte. */
export async function upload({ req, res, caller, pool }: Call): Promise<void> {
  const animalId = integerKey(req, 'id', 'pet')
  const { filename, contentType, note } = fill(form, {
    filename: req.query['filename'] ?? nameInHeader(req),
    contentType: req.get('content-type') ?? 'application/octet-stream',
    note: req.query['note'],
  })
  if ((req.get('content-encoding') ?? 'identity') !== 'identity') {
    throw new Refusal(415, 'ENCODED', 'Send the file without a content encoding')
  }
  await requireVisible(pool, caller, animalId)
  const body = await readBytes(req, largest)
  if (body.length === 0) throw invalid([{ field: 'body', message: 'must be a file' }])
  const added = await transact(pool, caller.email, async (tx) => {
    // Whoever else adds to this animal waits here, so that each gets the next number.
    await requireVisible(tx, caller, animalId, 'lock')
    const { rows } = await tx.query<{ seq: number }>(
      `insert into documents (animal_id, number, filename, media_type, body, note)
       values ($1, (select coalesce(max(number), 0) + 1 from documents where animal_id = $1),
         $2, $3, $4, $5)
       returning ${shown}`,
      [animalId, filename, contentType, body, note],
    )
    return rows[0]!
  })
  res.status(201).location(`/api/pets/${animalId}/attachments/${added.seq}`).json(added)
}

function nameInHeader(req: Request): string | undefined {
  const name = req.get('x-filename')
  try {
    return name && decodeURIComponent(name)
  } catch (cause) {
    throw invalid([{ field: 'filename', message: 'must be percent-encoded' }], cause)
  }
}
