import { assignments, insertion } from '../db/columns.ts'
import { containing } from '../db/like.ts'
import { inTransaction } from '../db/transaction.ts'
import { digits, id, optional, text, uuid } from '../http/checks.ts'
import { conflict, invalid, messageAndCode } from '../http/errors.ts'
import { readChanges, readFields } from '../http/fields.ts'
import { idParam } from '../http/params.ts'
import { type Area, type Call, get, patch, post, remove, signedIn, staff } from '../http/route.ts'
import { petFields } from './pet-fields.ts'
import {
  describePet,
  type PetRow,
  refusePetConflicts,
  requireOwner,
  visiblePet,
  visiblePets,
} from './pet-model.ts'
import { searchPets } from './pet-search.ts'
import { scopeOf } from './scope.ts'

export const pets: Area = {
  errors: messageAndCode,
  routes: [
    get('/pets', signedIn, [200, 400], listPets),
    post('/pets', staff, [201, 400, 409, 422], addPet),
    post('/pets/search', signedIn, [200, 400], searchPets),
    get('/pets/:id', signedIn, [200, 404], showPet),
    patch('/pets/:id', staff, [200, 400, 404, 409, 422], changePet),
    remove('/pets/:id', ['admin', 'veterinarian'], [204, 404], removePet),
    post(
      '/pets/:id/swap-microchip',
      ['admin', 'veterinarian'],
      [200, 400, 404, 409],
      swapMicrochips,
    ),
  ],
}

const filters = {
  species: optional(text(60), null),
  owner_id: optional(uuid, null),
  q: optional(text(100, 0), ''),
  page: optional(digits(1, 100_000), 1),
  per_page: optional(digits(1, 100), 20),
}

async function listPets({ req, res, user, app }: Call): Promise<void> {
  const { species, owner_id, q, page, per_page } = readFields(req.query, filters)
  const from = `${visiblePets} and ($3::text is null or p.species_code = $3)
    and ($4::uuid is null or p.owner_id = $4) and p.search_text like lower($5)`
  const values = [...scopeOf(user), species, owner_id, containing(q)]
  const counted = await app.pool.query<{ total: string }>(
    `select count(*) as total from ${from}`,
    values,
  )
  const { rows } = await app.pool.query<PetRow>(
    `select p.* from ${from} order by p.name collate "C", p.id limit $6 offset $7`,
    [...values, per_page, (page - 1) * per_page],
  )
  const described = []
  for (const row of rows) described.push(await describePet(app.pool, row))
  res.set('X-Total-Count', counted.rows[0]!.total).json(described)
}

async function addPet({ req, res, user, app }: Call): Promise<void> {
  const body = readFields(req.body, petFields)
  const { into, values } = insertion(body)
  const pet = await inTransaction(app.pool, user.email, async (tx) => {
    await requireOwner(tx, user, body.owner_id)
    const { rows } = await tx
      .query<PetRow>(`insert into pets ${into} returning *`, values)
      .catch(refusePetConflicts)
    return describePet(tx, rows[0]!)
  })
  res.status(201).location(`/api/pets/${pet.id}`).json(pet)
}

async function showPet({ req, res, user, app }: Call): Promise<void> {
  const pet = await visiblePet(app.pool, user, idParam(req, 'id', 'pet'))
  res.json(await describePet(app.pool, pet))
}

async function changePet({ req, res, user, app }: Call): Promise<void> {
  const petId = idParam(req, 'id', 'pet')
  const body = readChanges(req.body, petFields)
  const set = assignments(body)
  const pet = await inTransaction(app.pool, user.email, async (tx) => {
    await visiblePet(tx, user, petId, 'lock')
    if (body.owner_id !== undefined) await requireOwner(tx, user, body.owner_id)
    if (set) {
      await tx
        .query(`update pets set ${set.list} where id = $1`, [petId, ...set.values])
        .catch(refusePetConflicts)
    }
    return describePet(tx, await visiblePet(tx, user, petId))
  })
  res.json(pet)
}

/** Deleted pets stay in the table, for the sake of what refers to them. */
async function removePet({ req, res, user, app }: Call): Promise<void> {
  const petId = idParam(req, 'id', 'pet')
  await inTransaction(app.pool, user.email, async (tx) => {
    await visiblePet(tx, user, petId, 'lock')
    await tx.query('update pets set deleted_at = now() where id = $1', [petId])
  })
  res.status(204).end()
}

/** Chips get mixed up at the counter. The column is unique, so one pet is without for a moment. */
async function swapMicrochips({ req, res, user, app }: Call): Promise<void> {
  const petId = idParam(req, 'id', 'pet')
  const { withPetId } = readFields(req.body, { withPetId: id })
  if (withPetId === petId) throw invalid([{ field: 'withPetId', message: 'must be another pet' }])
  const swapped = await inTransaction(app.pool, user.email, async (tx) => {
    const [low, high] = [Math.min(petId, withPetId), Math.max(petId, withPetId)]
    const locked = [
      await visiblePet(tx, user, low, 'lock'),
      await visiblePet(tx, user, high, 'lock'),
    ]
    const chipOf = (id: number) => locked.find((pet) => pet.id === id)!.microchip
    if (chipOf(petId) === null && chipOf(withPetId) === null) {
      throw conflict('NO_MICROCHIP', 'Neither pet has a microchip')
    }
    const setChip = 'update pets set microchip = $2 where id = $1'
    await tx.query(setChip, [petId, null])
    await tx.query(setChip, [withPetId, chipOf(petId)])
    await tx.query(setChip, [petId, chipOf(withPetId)])
    return [
      await describePet(tx, await visiblePet(tx, user, petId)),
      await describePet(tx, await visiblePet(tx, user, withPetId)),
    ]
  })
  res.json({ pets: swapped })
}
