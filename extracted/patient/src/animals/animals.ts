import { assignments, insertion } from '../database/columns.ts'
import { containing } from '../database/containing.ts'
import { transact } from '../database/transaction.ts'
import { type Happening, publish } from '../events/outbox.ts'
import { scopeOf } from '../guardians/scope.ts'
import { clinicians, signedIn, staff } from '../http/caller.ts'
import { integerKey } from '../http/keys.ts'
import { type Call, get, patch, post, remove, type Resource } from '../http/route.ts'
import { asMessageAndCode } from '../http/wording.ts'
import { fill, fillSent, optional } from '../reading/form.ts'
import { digits } from '../reading/numbers.ts'
import { text, uuid } from '../reading/texts.ts'
import { animalForm, toColumns } from './animal-form.ts'
import {
  type Animal,
  type AnimalRow,
  describe,
  described,
  describeOne,
  refuseMisfits,
  requireGuardian,
  requireVisible,
  visible,
} from './animal.ts'
import { search } from './search.ts'
import { swapChips } from './swap-chips.ts'

/** Clients call them pets. */
export const animals: Resource = {
  wording: asMessageAndCode,
  routes: [
    get('/pets', signedIn, list),
    post('/pets', staff, add),
    post('/pets/search', signedIn, search),
    get('/pets/:id', signedIn, show),
    patch('/pets/:id', staff, change),
    remove('/pets/:id', clinicians, archive),
    post('/pets/:id/swap-microchip', clinicians, swapChips),
  ],
}

const filters = {
  species: optional(text(60), null),
  owner_id: optional(uuid, null),
  q: optional(text(100, 'empty'), ''),
  page: optional(digits(1, 100_000), 1),
  per_page: optional(digits(1, 100), 20),
}

async function list({ req, res, caller, pool }: Call): Promise<void> {
  const { species, owner_id, q, page, per_page } = fill(filters, req.query)
  const found = `${visible} and ($3::text is null or a.kind_code = $3)
    and ($4::uuid is null or a.guardian_id = $4) and a.search_words like lower($5)`
  const values = [...scopeOf(caller), species, owner_id, containing(q)]
  const counted = await pool.query<{ total: string }>(
    `select count(*) as total from ${found}`,
    values,
  )
  const { rows } = await pool.query<AnimalRow>(
    `select ${described} from ${found}
     order by a.display_name collate "C", a.animal_id limit $6 offset $7`,
    [...values, per_page, (page - 1) * per_page],
  )
  res.set('X-Total-Count', counted.rows[0]!.total).json(rows.map(describe))
}

async function add({ req, res, caller, pool }: Call): Promise<void> {
  const body = fill(animalForm, req.body)
  const { sql, values } = insertion(toColumns(body))
  const added = await transact(pool, caller.email, async (tx) => {
    await requireGuardian(tx, caller, body.owner_id)
    const { rows } = await tx
      .query<{ animal_id: number }>(`insert into animals ${sql} returning animal_id`, values)
      .catch(refuseMisfits)
    const animal = await describeOne(tx, caller, rows[0]!.animal_id)
    await publish(tx, eventOf('animal registered', animal))
    return animal
  })
  res.status(201).location(`/api/pets/${added.id}`).json(added)
}

async function show({ req, res, caller, pool }: Call): Promise<void> {
  res.json(await describeOne(pool, caller, integerKey(req, 'id', 'pet')))
}

async function change({ req, res, caller, pool }: Call): Promise<void> {
  const key = integerKey(req, 'id', 'pet')
  const body = fillSent(animalForm, req.body)
  const set = assignments(toColumns(body))
  const changed = await transact(pool, caller.email, async (tx) => {
    await requireVisible(tx, caller, key, 'lock')
    if (body.owner_id !== undefined) await requireGuardian(tx, caller, body.owner_id)
    if (set) {
      await tx
        .query(`update animals set ${set.sql} where animal_id = $1`, [key, ...set.values])
        .catch(refuseMisfits)
    }
    const animal = await describeOne(tx, caller, key)
    if (set) await publish(tx, eventOf('animal changed', animal))
    return animal
  })
  res.json(changed)
}

function eventOf(type: Happening['type'], { id, owner_id, species_code, name }: Animal): Happening {
  const payload = { animalId: id, guardianId: owner_id, kind: species_code, name }
  return { aggregate: 'animal', id, type, payload }
}

/** Clients see it deleted. The row stays, with its chip, for what was done to the animal stays too. */
async function archive({ req, res, caller, pool }: Call): Promise<void> {
  const key = integerKey(req, 'id', 'pet')
  await transact(pool, caller.email, async (tx) => {
    await requireVisible(tx, caller, key, 'lock')
    await tx.query('update animals set archived_at = now() where animal_id = $1', [key])
    const payload = { animalId: key }
    await publish(tx, { aggregate: 'animal', id: key, type: 'animal archived', payload })
  })
  res.status(204).end()
}
