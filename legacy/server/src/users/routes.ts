import { newPassword } from '../auth/routes.ts'
import { endSessions } from '../auth/tokens.ts'
import { hashPassword } from '../auth/passwords.ts'
import { assignments } from '../db/columns.ts'
import { inTransaction, type Queryable } from '../db/transaction.ts'
import { digits, email, flag, id, idDigits, oneOf, optional, text } from '../http/checks.ts'
import { conflict, errorText, notFound } from '../http/errors.ts'
import { readChanges, readFields } from '../http/fields.ts'
import { idParam } from '../http/params.ts'
import { type Area, type Call, get, patch, post, remove, roles } from '../http/route.ts'
import { insertUser, refuseUserConflicts, toUser, userById, type UserRow } from './model.ts'

export const users: Area = {
  errors: errorText,
  routes: [
    get('/users', ['admin'], [200, 400], listUsers),
    post('/users', ['admin'], [201, 400, 409, 422], addUser),
    patch('/users/:id', ['admin'], [200, 400, 404, 409, 422], changeUser),
    remove('/users/:id', ['admin'], [204, 404, 409], deactivateUser),
    get('/roles', ['admin'], [200], listRoles),
  ],
}

const role = oneOf(roles)
const pageSize = 25

const filters = {
  clinicId: optional(idDigits, null),
  role: optional(role, null),
  page: optional(digits(1, 100_000), 1),
}

async function listUsers({ req, res, app }: Call): Promise<void> {
  const { clinicId, role, page } = readFields(req.query, filters)
  const where = `($1::integer is null or clinic_id = $1) and ($2::user_role is null or role = $2)`
  const counted = await app.pool.query<{ total: number }>(
    `select count(*)::integer as total from users where ${where}`,
    [clinicId, role],
  )
  const { rows } = await app.pool.query<UserRow>(
    `select * from users where ${where} order by id limit $3 offset $4`,
    [clinicId, role, pageSize, (page - 1) * pageSize],
  )
  const pages = Math.ceil(counted.rows[0]!.total / pageSize)
  res.json({ users: rows.map(toUser), page, pages })
}

const newUser = { email, password: newPassword, name: text(200), role, clinicId: id }

async function addUser({ req, res, user, app }: Call): Promise<void> {
  const { password, ...body } = readFields(req.body, newUser)
  const passwordHash = await hashPassword(password, app.bcryptCost)
  const added = await inTransaction(app.pool, user.email, (tx) =>
    insertUser(tx, { ...body, passwordHash, active: true }),
  )
  res.status(201).json(toUser(added))
}

async function changeUser({ req, res, user, app }: Call): Promise<void> {
  const userId = idParam(req, 'id', 'user')
  const body = readChanges(req.body, { ...newUser, active: flag })
  const hash = body.password && (await hashPassword(body.password, app.bcryptCost))
  const changed = await inTransaction(app.pool, user.email, async (tx) => {
    const row = await updateUser(tx, userId, {
      email: body.email,
      password_hash: hash,
      name: body.name,
      role: body.role,
      clinic_id: body.clinicId,
      active: body.active,
    })
    if (hash !== undefined || body.active === false) await endSessions(tx, userId)
    return row
  })
  res.json(toUser(changed))
}

async function updateUser(tx: Queryable, userId: number, columns: Record<string, unknown>) {
  const set = assignments(columns)
  const row = set
    ? await tx
        .query<UserRow>(`update users set ${set.list} where id = $1 returning *`, [
          userId,
          ...set.values,
        ])
        .then(({ rows }) => rows[0], refuseUserConflicts)
    : await userById(tx, userId)
  if (!row) throw notFound('user')
  return row
}

async function deactivateUser({ req, res, user, app }: Call): Promise<void> {
  const userId = idParam(req, 'id', 'user')
  if (userId === user.id) throw conflict('SELF', 'You cannot deactivate yourself')
  await inTransaction(app.pool, user.email, async (tx) => {
    await updateUser(tx, userId, { active: false })
    await endSessions(tx, userId)
  })
  res.status(204).end()
}

async function listRoles({ res }: Call): Promise<void> {
  res.json(roles)
}
