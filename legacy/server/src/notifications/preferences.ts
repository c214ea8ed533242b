import type { Queryable } from '../db/transaction.ts'
import { inTransaction } from '../db/transaction.ts'
import { refuseOn } from '../db/sql-state.ts'
import { listOf, oneOf, text } from '../http/checks.ts'
import { unprocessable } from '../http/errors.ts'
import { readFields } from '../http/fields.ts'
import type { Call } from '../http/route.ts'

/** For each template where it goes, whether chosen or not. */
async function preferencesOf(db: Queryable, userId: number) {
  const { rows } = await db.query<{ key: string; channels: string[] }>(
    `select t.key, coalesce(p.channels, '{in_app,email}')::text[] as channels
     from notification_templates t
     left join notification_preferences p on p.template_key = t.key and p.user_id = $1
     order by t.key collate "C"`,
    [userId],
  )
  return Object.fromEntries(rows.map(({ key, channels }) => [key, channels]))
}

export async function showPreferences({ res, user, app }: Call): Promise<void> {
  res.json(await preferencesOf(app.pool, user.id))
}

const fields = { template: text(60), channels: listOf(oneOf(['in_app', 'email']), 2) }

const refuseUnknown = refuseOn({
  notification_preferences_template_key_fkey: unprocessable('UNKNOWN_TEMPLATE', 'No such template'),
})

export async function changePreferences({ req, res, user, app }: Call): Promise<void> {
  const { template, channels } = readFields(req.body, fields)
  const changed = await inTransaction(app.pool, user.email, async (tx) => {
    await tx
      .query(
        `insert into notification_preferences (user_id, template_key, channels)
         values ($1, $2, $3)
         on conflict (user_id, template_key) do update set channels = excluded.channels`,
        [user.id, template, channels],
      )
      .catch(refuseUnknown)
    return preferencesOf(tx, user.id)
  })
  res.json(changed)
}
