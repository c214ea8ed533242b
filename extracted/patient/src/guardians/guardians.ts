import { assignments, insertion } from '../database/columns.ts'
import { containing } from '../database/containing.ts'
import { refusing } from '../database/sql-state.ts'
import { transact } from '../database/transaction.ts'
import { signedIn, staff } from '../http/caller.ts'
import { uuidKey } from '../http/keys.ts'
import { conflict } from '../http/refusal.ts'
import { type Call, get, patch, post, remove, type Resource } from '../http/route.ts'
import { asProblems } from '../http/wording.ts'
import { fill, fillSent, optional } from '../reading/form.ts'
import { digits } from '../reading/numbers.ts'
import { text } from '../reading/texts.ts'
import { type Guardian, guardianForm, requireVisible, shown, toColumns } from './guardian.ts'
import { fullName } from './names.ts'
import { inScope, scopeOf } from './scope.ts'

/** Who answers for animals; clients call them owners. */
export const guardians: Resource = {
  wording: asProblems,
  routes: [
    get('/owners', staff, list),
    post('/owners', staff, add),
    get('/owners/:id', signedIn, show),
    patch('/owners/:id', staff, change),
    remove('/owners/:id', ['admin', 'receptionist'], discard),
  ],
}

const filters = {
  search: optional(text(100, 'empty'), ''),
  page: optional(digits(1, 100_000), 1),
  limit: optional(digits(1, 100), 20),
}

async function list({ req, res, caller, pool }: Call): Promise<void> {
  const { search, page, limit } = fill(filters, req.query)
  const found = `guardians g
    where ${inScope} and (${fullName} ilike $3 or g.email ilike $3 or g.phone ilike $3)`
  const values = [...scopeOf(caller), containing(search)]
  const counted = await pool.query<{ total: number }>(
    `select count(*)::integer as total from ${found}`,
    values,
  )
  const { rows } = await pool.query<Guardian>(
    `select ${shown} from ${found}
     order by ${fullName} collate "C", g.guardian_id limit $4 offset $5`,
    [...values, limit, (page - 1) * limit],
  )
  res.json({ data: rows, total: counted.rows[0]!.total, page })
}

async function add({ req, res, caller, pool }: Call): Promise<void> {
  const body = fill(guardianForm, req.body)
  const { sql, values } = insertion({ clinic_id: caller.clinicId, ...toColumns(body) })
  const added = await transact(pool, caller.email, async (tx) => {
    const { rows } = await tx.query<Guardian>(
      `insert into guardians as g ${sql} returning ${shown}`,
      values,
    )
    return rows[0]!
  })
  res.status(201).location(`/api/owners/${added.id}`).json(added)
}

async function show({ req, res, caller, pool }: Call): Promise<void> {
  res.json(await requireVisible(pool, caller, uuidKey(req, 'id')))
}

async function change({ req, res, caller, pool }: Call): Promise<void> {
  const key = uuidKey(req, 'id')
  const set = assignments(toColumns(fillSent(guardianForm, req.body)))
  const changed = await transact(pool, caller.email, async (tx) => {
    await requireVisible(tx, caller, key)
    if (set) {
      const update = `update guardians set ${set.sql} where guardian_id = $1`
      await tx.query(update, [key, ...set.values])
    }
    return requireVisible(tx, caller, key)
  })
  res.json(changed)
}

async function discard({ req, res, caller, pool }: Call): Promise<void> {
  const key = uuidKey(req, 'id')
  const hasAnimals = conflict('HAS_PETS', 'This owner still has pets')
  await transact(pool, caller.email, async (tx) => {
    await requireVisible(tx, caller, key)
    await tx
      .query('delete from guardians where guardian_id = $1', [key])
      .catch(refusing({ animals_guardian_id_fkey: hasAnimals }))
  })
  res.status(204).end()
}
