export interface Notification {
  readonly id: string
  readonly kind: string
  readonly subject: string
  readonly body: string
  /** Whether it had been shown before this answer. */
  readonly seen: boolean
  /** Milliseconds since 1970. */
  readonly createdAt: number
}

/** What the server shows counts as seen from then on. */
export interface Notifications {
  readonly notifications: readonly Notification[]
}

export type Channel = 'in_app' | 'email'

/** Where each template's notifications go, by its key. */
export type Preferences = Readonly<Record<string, readonly Channel[]>>

export interface Template {
  readonly key: string
  readonly subject: string
  readonly body: string
}
