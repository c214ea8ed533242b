import { inTransaction } from '../db/transaction.ts'
import type { Queryable } from '../db/transaction.ts'
import { unprocessable } from '../http/errors.ts'
import type { App } from '../http/route.ts'
import { type NotificationRow, toNotification } from './model.ts'
import { fill, type Template, templateOf } from './templates.ts'

export interface Event {
  readonly template: string
  readonly data: Readonly<Record<string, unknown>>
  /** Whose request it is. */
  readonly actor: string
}

interface Recipient {
  readonly id: number
  readonly email: string
}

interface Delivery {
  readonly recipient: Recipient
  readonly row: NotificationRow | undefined
  readonly wantsMail: boolean
}

/**
 * Tells users something: into the inbox, to whoever looks at it now, and by mail, one after the other,
 * while the request waits.
 *
 * @returns how many mails the mail server took
 * @throws Refusal 422 for a template that there is not
 */
export async function notify(app: App, recipients: readonly Recipient[], event: Event) {
  const { template, deliveries } = await inTransaction(app.pool, event.actor, async (tx) => {
    const found = await templateOf(tx, event.template)
    if (!found) throw unprocessable('UNKNOWN_TEMPLATE', 'No such template')
    const written: Delivery[] = []
    for (const recipient of recipients) written.push(await write(tx, recipient, found, event))
    return { template: found, deliveries: written }
  })
  let mailed = 0
  for (const { recipient, row, wantsMail } of deliveries) {
    if (row) app.live.push(recipient.id, toNotification(row))
    if (wantsMail && (await mail(app, recipient.email, template, event.data))) {
      mailed += 1
      if (row)
        await app.pool.query('update notifications set mailed_at = now() where id = $1', [row.id])
    }
  }
  return mailed
}

async function write(tx: Queryable, recipient: Recipient, template: Template, { data }: Event) {
  const { rows: chosen } = await tx.query<{ channels: string[] }>(
    `select channels::text[] from notification_preferences
     where user_id = $1 and template_key = $2`,
    [recipient.id, template.key],
  )
  const channels = chosen[0]?.channels ?? ['in_app', 'email']
  const wantsMail = channels.includes('email')
  if (!channels.includes('in_app')) return { recipient, row: undefined, wantsMail }
  const { rows } = await tx.query<NotificationRow>(
    `insert into notifications (user_id, kind, subject, body, data)
     values ($1, $2, $3, $4, $5) returning *`,
    [recipient.id, template.key, fill(template.subject, data), fill(template.body, data), data],
  )
  return { recipient, row: rows[0]!, wantsMail }
}

/** To an address, whether or not it belongs to a user. */
export function mail(
  app: App,
  to: string,
  template: Template,
  data: Event['data'],
): Promise<boolean> {
  const [subject, text] = [fill(template.subject, data), fill(template.body, data)]
  return app.mailer.send({ to, subject, text })
}
