export interface NotificationRow {
  readonly id: string
  readonly user_id: number
  readonly kind: string
  readonly subject: string
  readonly body: string
  readonly data: object
  readonly created_at: Date
  readonly seen_at: Date | null
}

/** Times are milliseconds since 1970: the inbox was written for `new Date(number)`. */
export function toNotification(row: NotificationRow) {
  return {
    id: row.id,
    kind: row.kind,
    subject: row.subject,
    body: row.body,
    data: row.data,
    seen: row.seen_at !== null,
    createdAt: row.created_at.getTime(),
  }
}
