import { requireVisible } from '../animals/animal.ts'
import { transact } from '../database/transaction.ts'
import { clinicians, signedIn, staff } from '../http/caller.ts'
import { integerKey } from '../http/keys.ts'
import { missing } from '../http/refusal.ts'
import { type Call, get, postRaw, remove, type Resource } from '../http/route.ts'
import { asPlainTextIfMissing } from '../http/wording.ts'
import { shown, upload } from './upload.ts'

/** Files that belong to an animal; clients call them attachments. */
export const documents: Resource = {
  wording: asPlainTextIfMissing,
  routes: [
    get('/pets/:id/attachments', signedIn, list),
    postRaw('/pets/:id/attachments', staff, upload),
    get('/pets/:id/attachments/:seq', signedIn, download),
    remove('/pets/:id/attachments/:seq', clinicians, discard),
  ],
}

async function list({ req, res, caller, pool }: Call): Promise<void> {
  const animalId = integerKey(req, 'id', 'pet')
  await requireVisible(pool, caller, animalId)
  const { rows } = await pool.query(
    `select ${shown} from documents where animal_id = $1 order by number`,
    [animalId],
  )
  res.json({ attachments: rows })
}

interface Stored {
  readonly filename: string
  readonly media_type: string
  readonly body: Buffer
}

/** To be saved, not shown: its type is what the one who sent it said, and may be a page's. */
async function download({ req, res, caller, pool }: Call): Promise<void> {
  const animalId = integerKey(req, 'id', 'pet')
  await requireVisible(pool, caller, animalId)
  const { rows } = await pool.query<Stored>(
    'select filename, media_type, body from documents where animal_id = $1 and number = $2',
    [animalId, integerKey(req, 'seq', 'attachment')],
  )
  const stored = rows[0]
  if (!stored) throw missing('attachment')
  res.attachment(stored.filename)
  // Express would complete the type with a charset; it goes out as it came.
  res.setHeader('Content-Type', stored.media_type)
  res.set({ 'Cache-Control': 'private, no-cache', 'X-Content-Type-Options': 'nosniff' })
  res.send(stored.body)
}

async function discard({ req, res, caller, pool }: Call): Promise<void> {
  const animalId = integerKey(req, 'id', 'pet')
  const number = integerKey(req, 'seq', 'attachment')
  const { rowCount } = await transact(pool, caller.email, async (tx) => {
    await requireVisible(tx, caller, animalId, 'lock')
    return tx.query('delete from documents where animal_id = $1 and number = $2', [
      animalId,
      number,
    ])
  })
  if (rowCount === 0) throw missing('attachment')
  res.status(204).end()
}
