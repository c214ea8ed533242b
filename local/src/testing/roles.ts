/** The login roles that every cluster of `startPostgres` has, besides the superuser. */
export const testRoles = {
  /** Owns the databases and their tables, as an application does. */
  app: 'app',
  coordinator: 'strangler_coordinator',
  applier: 'strangler_applier',
  reader: 'strangler_reader',
} as const

export type TestRole = keyof typeof testRoles | 'superuser'
