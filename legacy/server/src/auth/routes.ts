import { inTransaction, type Queryable } from '../db/transaction.ts'
import { email, id, text, where } from '../http/checks.ts'
import { errorText, Refusal } from '../http/errors.ts'
import { readFields } from '../http/fields.ts'
import {
  type App,
  type Area,
  type Call,
  everyone,
  get,
  post,
  put,
  signedIn,
} from '../http/route.ts'
import { insertUser, toUser, userByEmail, userById, type UserRow } from '../users/model.ts'
import { fitsBcrypt, hashPassword, passwordMatches } from './passwords.ts'
import {
  accessSeconds,
  accessToken,
  endSessions,
  issueRefreshToken,
  takeRefreshToken,
} from './tokens.ts'

export const newPassword = where(
  where(text(200), fitsBcrypt, 'must be at most 72 bytes long'),
  (password) => password.length >= 8,
  'must be at least 8 characters long',
)

export const auth: Area = {
  errors: errorText,
  routes: [
    post('/auth/register', everyone, [201, 400, 409, 422], register),
    post('/auth/login', everyone, [200, 400, 401, 403], login),
    post('/auth/refresh', everyone, [200, 400, 401], refresh),
    post('/auth/logout', everyone, [204, 400], logout),
    get('/auth/me', signedIn, [200], me),
    put('/auth/password', signedIn, [204, 400, 422], changePassword),
  ],
}

const registration = { email, password: newPassword, name: text(200), clinicId: id }

/** Anyone may register, but an owner's e-mail address opens their pets: an admin approves first. */
async function register({ req, res, app }: Call): Promise<void> {
  const { password, ...body } = readFields(req.body, registration)
  const passwordHash = await hashPassword(password, app.bcryptCost)
  const user = await inTransaction(app.pool, body.email, (tx) =>
    insertUser(tx, { ...body, passwordHash, role: 'owner', active: false }),
  )
  res.status(201).json({ user: toUser(user) })
}

async function login({ req, res, app }: Call): Promise<void> {
  const body = readFields(req.body, { email, password: text(200) })
  const user = await userByEmail(app.pool, body.email)
  const matches = await passwordMatches(body.password, user?.password_hash, app.bcryptCost)
  if (!user || !matches) throw new Refusal(401, 'CREDENTIALS', 'Wrong e-mail address or password')
  if (!user.active) throw new Refusal(403, 'INACTIVE', 'This account is not active')
  const session = await inTransaction(app.pool, user.email, (tx) => openSession(tx, user, app))
  res.json(session)
}

async function refresh({ req, res, app }: Call): Promise<void> {
  const { refreshToken } = readFields(req.body, { refreshToken: text(200) })
  const session = await inTransaction(app.pool, 'session', async (tx) => {
    const userId = await takeRefreshToken(tx, refreshToken)
    const user = userId === undefined ? undefined : await userById(tx, userId)
    return user?.active ? openSession(tx, user, app) : undefined
  })
  if (!session) throw new Refusal(401, 'SESSION', 'The session has ended')
  res.json(session)
}

async function openSession(db: Queryable, user: UserRow, app: App) {
  return {
    accessToken: accessToken(user, app.jwtSecret),
    refreshToken: await issueRefreshToken(db, user.id),
    expiresIn: accessSeconds,
    user: toUser(user),
  }
}

async function logout({ req, res, app }: Call): Promise<void> {
  const { refreshToken } = readFields(req.body, { refreshToken: text(200) })
  await inTransaction(app.pool, 'session', (tx) => takeRefreshToken(tx, refreshToken))
  res.status(204).end()
}

async function me({ res, user, app }: Call): Promise<void> {
  res.json(toUser(await activeUser(app.pool, user.id)))
}

async function changePassword({ req, res, user, app }: Call): Promise<void> {
  const body = readFields(req.body, { currentPassword: text(200), newPassword })
  const { password_hash } = await activeUser(app.pool, user.id)
  if (!(await passwordMatches(body.currentPassword, password_hash, app.bcryptCost))) {
    throw new Refusal(422, 'CREDENTIALS', 'The current password is wrong')
  }
  const hash = await hashPassword(body.newPassword, app.bcryptCost)
  await inTransaction(app.pool, user.email, async (tx) => {
    await tx.query('update users set password_hash = $2 where id = $1', [user.id, hash])
    await endSessions(tx, user.id)
  })
  res.status(204).end()
}

async function activeUser(db: Queryable, userId: number): Promise<UserRow> {
  const user = await userById(db, userId)
  if (user?.active) return user
  throw new Refusal(401, 'SESSION', 'The session has ended')
}
