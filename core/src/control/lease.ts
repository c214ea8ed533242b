import type { Queryable } from './store.ts'

/** How long a coordinator may act without a renewal, counted from before it asked. */
export const coordinatorLeaseMs = 3000

export type Held =
  | { readonly held: true; readonly predecessor: string | undefined }
  | { readonly held: false; readonly holder: string }

/** Takes or renews the coordinator's lease. A `predecessor` is named when somebody else had it before. */
export async function holdLease(store: Queryable, holder: string): Promise<Held> {
  const { rows } = await store.query<{ holder: string; before: string | null }>(
    `with before as (select holder from lease where name = 'coordinator')
     insert into lease (name, holder, renewed_at, lease_ms)
     values ('coordinator', $1, clock_timestamp(), $2)
     on conflict (name) do update set holder = $1, renewed_at = clock_timestamp(), lease_ms = $2
     where lease.holder = $1 or lease.renewed_at + lease.lease_ms * interval '1 ms' < clock_timestamp()
     returning holder, (select holder from before) as before`,
    [holder, coordinatorLeaseMs],
  )
  if (rows[0]) {
    const { before } = rows[0]
    return { held: true, predecessor: before !== null && before !== holder ? before : undefined }
  }
  const current = await store.query<{ holder: string }>(
    "select holder from lease where name = 'coordinator'",
  )
  return { held: false, holder: current.rows[0]?.holder ?? 'nobody' }
}

/** Gives the lease back, so that a standby need not wait for it to run out. */
export async function releaseLease(store: Queryable, holder: string): Promise<void> {
  await store.query("delete from lease where name = 'coordinator' and holder = $1", [holder])
}

/** Who coordinates, and whether their lease still runs. */
export async function readLease(
  store: Queryable,
): Promise<{ holder: string; live: boolean } | undefined> {
  const { rows } = await store.query<{ holder: string; live: boolean }>(
    `select holder, renewed_at + lease_ms * interval '1 ms' >= clock_timestamp() as live
     from lease where name = 'coordinator'`,
  )
  return rows[0]
}
