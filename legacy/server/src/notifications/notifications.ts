import { inTransaction } from '../db/transaction.ts'
import { digits, freeObject, id, listOf, optional, text, where } from '../http/checks.ts'
import { errorText, notFound, unprocessable } from '../http/errors.ts'
import { readFields } from '../http/fields.ts'
import { uuidParam } from '../http/params.ts'
import { type Area, type Call, get, post, put, remove, signedIn, staff } from '../http/route.ts'
import { type NotificationRow, toNotification } from './model.ts'
import { notify } from './notify.ts'
import { changePreferences, showPreferences } from './preferences.ts'
import { listTemplates, putTemplate, removeTemplate } from './templates.ts'

export const notifications: Area = {
  errors: errorText,
  routes: [
    get('/notifications', signedIn, [200, 400], showInbox),
    post('/notifications', staff, [201, 400, 422], send),
    get('/notifications/unseen', signedIn, [200], countUnseen),
    remove('/notifications/:id', signedIn, [204, 400, 404], removeNotification),
    get('/notification-preferences', signedIn, [200], showPreferences),
    put('/notification-preferences', signedIn, [200, 400, 422], changePreferences),
    get('/notification-templates', ['admin'], [200], listTemplates),
    put('/notification-templates/:key', ['admin'], [200, 201, 400], putTemplate),
    remove('/notification-templates/:key', ['admin'], [204, 404], removeTemplate),
  ],
}

const paging = {
  offset: optional(digits(0, 100_000), 0),
  limit: optional(digits(1, 100), 20),
}

/**
 * Newest first. What is shown counts as seen from then on: the client asks when the inbox is opened. The
 * answer says which were not.
 */
async function showInbox({ req, res, user, app }: Call): Promise<void> {
  const { offset, limit } = readFields(req.query, paging)
  const inbox = await inTransaction(app.pool, user.email, async (tx) => {
    const { rows } = await tx.query<NotificationRow>(
      `select * from notifications where user_id = $1
       order by created_at desc, id limit $2 offset $3`,
      [user.id, limit, offset],
    )
    const unseen = rows.filter(({ seen_at: seen }) => seen === null).map(({ id }) => id)
    await tx.query(
      'update notifications set seen_at = now() where id = any ($1) and seen_at is null',
      [unseen],
    )
    return rows
  })
  res.json({ notifications: inbox.map(toNotification), offset, limit })
}

async function countUnseen({ res, user, app }: Call): Promise<void> {
  const { rows } = await app.pool.query<{ unseen: number }>(
    `select count(*)::integer as unseen from notifications where user_id = $1 and seen_at is null`,
    [user.id],
  )
  res.json(rows[0])
}

async function removeNotification({ req, res, user, app }: Call): Promise<void> {
  const notificationId = uuidParam(req, 'id')
  const { rowCount } = await inTransaction(app.pool, user.email, (tx) =>
    tx.query('delete from notifications where id = $1 and user_id = $2', [notificationId, user.id]),
  )
  if (rowCount === 0) throw notFound('notification')
  res.status(204).end()
}

const message = {
  userIds: where(listOf(id, 100), (ids) => ids.length > 0, 'must not be empty'),
  template: text(60),
  data: optional(freeObject, {}),
}

/** To users of the caller's clinic. The caller waits until the last mail has been handed over. */
async function send({ req, res, user, app }: Call): Promise<void> {
  const { userIds, template, data } = readFields(req.body, message)
  const wanted = [...new Set(userIds)]
  const { rows } = await app.pool.query<{ id: number; email: string }>(
    'select id, email from users where id = any ($1) and clinic_id = $2 and active order by id',
    [wanted, user.clinicId],
  )
  if (rows.length < wanted.length) throw unprocessable('UNKNOWN_USER', 'No such user')
  const mailed = await notify(app, rows, { template, data, actor: user.email })
  res.status(201).json({ sent: rows.length, mailed })
}
