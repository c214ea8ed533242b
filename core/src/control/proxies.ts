import type { ProxyRow } from '../machine/quorum.ts'
import { notify, type Queryable } from './store.ts'

/** How long a proxy may rely on what it last read, counted from before it asked. */
export const proxyLeaseMs = 5000

/** What a proxy says of itself with each renewal. */
export interface ProxyReport {
  /** The share of reads, in percent, that each slice's flag sends to the extracted side, as last seen. */
  readonly shares: Readonly<Record<string, number>>
  readonly writesInFlight: Readonly<Record<string, number>>
  readonly held: Readonly<Record<string, number>>
  /** What it cannot reach. */
  readonly troubles?: readonly ProxyTrouble[]
  /** Of each slice, what its plan says of the routes: {@link fingerprint}. */
  readonly routes?: Readonly<Record<string, string>>
  /** It may have answered what the others' pins do not tell them of. */
  readonly unsharedPins?: boolean
}

export interface ProxyTrouble {
  /** Whose server or database: `legacy`, or a service's name. */
  readonly of: string
  readonly kind: 'server' | 'database'
  /** For people, to be read after the proxy's name. */
  readonly what: string
}

export interface ProxyEntry {
  readonly id: string
  /** Of its admin interface. */
  readonly address: string
  readonly expired: boolean
  readonly silentForMs: number
  readonly acknowledged: Readonly<Record<string, number>>
  readonly report: ProxyReport
}

/**
 * Registers a proxy, or renews its lease. The state has to be read after this, by a statement of its own,
 * before the lease counts: in one statement the state could be older than the renewal.
 */
export async function renewProxy(
  store: Queryable,
  { id, address, report }: { id: string; address: string; report: ProxyReport },
): Promise<void> {
  await store.query(
    `insert into proxy (id, address, renewed_at, lease_ms, report) values ($1, $2, clock_timestamp(), $3, $4)
     on conflict (id) do update
     set address = $2, renewed_at = clock_timestamp(), lease_ms = $3, report = $4`,
    [id, address, proxyLeaseMs, report],
  )
}

/** Says that a proxy holds a slice's writes since the hold of that epoch. */
export async function acknowledgeHold(
  store: Queryable,
  { id, slice, epoch }: { id: string; slice: string; epoch: number },
): Promise<void> {
  await store.query(
    'update proxy set acknowledged = acknowledged || jsonb_build_object($2::text, $3::bigint) where id = $1',
    [id, slice, epoch],
  )
  await notify(store, 'proxies')
}

export async function readProxies(store: Queryable): Promise<ProxyEntry[]> {
  const { rows } = await store.query<ProxyEntry>(
    `select id, address, acknowledged, report,
       renewed_at + lease_ms * interval '1 ms' < clock_timestamp() as expired,
       extract(epoch from clock_timestamp() - renewed_at)::float8 * 1000 as "silentForMs"
     from proxy order by id`,
  )
  return rows
}

/** What {@link notHolding} needs to know of the proxies, for one slice. */
export function proxyRows(proxies: readonly ProxyEntry[], slice: string): ProxyRow[] {
  return proxies.map(({ id, expired, acknowledged }) => ({
    id,
    expired,
    acknowledged: acknowledged[slice] ?? 0,
  }))
}

/** A proxy that stops takes its row with it, so that no switch waits for its lease. */
export async function removeProxy(store: Queryable, id: string): Promise<void> {
  await store.query('delete from proxy where id = $1', [id])
  await notify(store, 'proxies')
}

/** Forgets proxies that have been silent for long; their leases ran out ages ago. */
export async function forgetProxies(store: Queryable): Promise<void> {
  await store.query("delete from proxy where renewed_at < clock_timestamp() - interval '1 hour'")
}

/** The key with which proxies sign what requests carry upstream. A secret. */
export async function readAdmissionKey(store: Queryable): Promise<string> {
  const { rows } = await store.query<{ key: string }>('select key from admission_key')
  return rows[0]!.key
}
