import {
  type EventsReport,
  movesTogether,
  type Plan,
  type ProxyEntry,
  readEvents,
  readLease,
  readProxies,
  readSlices,
  readStreams,
  type SliceRow,
  type StreamReport,
} from '@strangler/core'
import type pg from 'pg'

export interface SliceStatus {
  readonly slice: string
  readonly owner: string
  readonly epoch: number
  readonly phase: string
  /** `owner`, or the share of reads that goes to the extracted side, as the live proxies see it. */
  readonly reads: 'owner' | { readonly extractedPercent: readonly number[] }
  readonly sync: string
  readonly error: string | null
  readonly streams: readonly {
    readonly direction: string
    readonly state: string
    readonly lagMs: number | null
    readonly changedSinceCertificate: number | null
    readonly why: string | null
  }[]
  /** Changes that the other side refused, with what waits behind them; null when no stream tells. */
  readonly deadLetters: number | null
  readonly certificate: {
    readonly at: string
    readonly clean: boolean
    readonly rows: number
  } | null
  /** Whether anybody observes who writes its tables, and what of it is in the way; null when no worker tells. */
  readonly writers: { readonly state: string; readonly against: readonly string[] } | null
  /** What is wrong with its fences, so that they may refuse its owner, or let others write. */
  readonly fences: readonly string[]
  /** What DDL did to its tables since the certificate, which a switch refuses. */
  readonly altered: readonly string[]
  /** Whether a switch to the other side would find everything it needs, as far as can be told from here. */
  readonly ready: { readonly to: string; readonly yes: boolean; readonly why: string | null }
}

/** A slice of the plan that cannot move yet. */
export interface PlannedStatus {
  readonly slice: string
  readonly service: string
  readonly why: string
}

/** What captures a service's outbox, or a consumer of its events. */
export interface EventsStatus {
  /** The service's name, or the consumer's. */
  readonly name: string
  readonly state: EventsReport['state'] | 'unknown'
  readonly why: string | null
  /** Of the log, kept for who has not read it; in bytes. */
  readonly keptBytes: number | null
}

export interface ConsumerStatus extends EventsStatus {
  /** Events that it has not taken; null where the log does not tell. */
  readonly behind: number | null
  readonly lastEventAt: string | null
  /** Events that are tried again, or wait for a person, or behind one of these. */
  readonly letters: number
  /** Those of them that nobody tries any more. */
  readonly deadLetters: number
}

export interface Status {
  readonly worker: { readonly id: string; readonly live: boolean } | null
  readonly proxies: readonly {
    readonly id: string
    readonly address: string
    readonly live: boolean
    readonly held: number
    readonly writesInFlight: number
    /** What it cannot reach, to be read after its name. */
    readonly troubles: readonly string[]
  }[]
  readonly slices: readonly SliceStatus[]
  readonly planned: readonly PlannedStatus[]
  readonly outboxes: readonly EventsStatus[]
  readonly consumers: readonly ConsumerStatus[]
}

type FreshReport = StreamReport & { readonly reportedMsAgo: number }

const staleMs = 5000
/** Kafka and Connect are asked for these, which may take its time. */
const staleEventsMs = 30_000

/** Without a plan no slice is known to be planned. */
export async function readStatus(control: pg.Pool, plan: Plan | undefined): Promise<Status> {
  const [lease, proxies, rows, streams, events] = await Promise.all([
    readLease(control),
    readProxies(control),
    readSlices(control),
    readStreams(control),
    readEvents(control),
  ])
  const live = proxies.filter(({ expired }) => !expired)
  return {
    worker: lease ? { id: lease.holder, live: lease.live } : null,
    proxies: proxies.map(({ id, address, expired, report }) => ({
      id,
      address,
      live: !expired,
      held: sum(report.held),
      writesInFlight: sum(report.writesInFlight),
      troubles: (report.troubles ?? []).map(({ what }) => what),
    })),
    slices: together(
      rows.map((row) =>
        sliceStatus(
          row,
          streams.filter(({ slice }) => slice === row.name),
          live,
        ),
      ),
      plan,
    ),
    planned: [...(plan?.planned.values() ?? [])].map(({ name, service, why }) => ({
      slice: name,
      service,
      why,
    })),
    outboxes: events.filter(({ kind }) => kind === 'outbox').map(eventsStatus),
    consumers: events.filter(({ kind }) => kind === 'consumer').map(consumerStatus),
  }
}

/** Slices that move together are ready together. */
export function together(slices: readonly SliceStatus[], plan: Plan | undefined): SliceStatus[] {
  const groups = plan ? movesTogether(plan) : []
  return slices.map((one) => {
    const group = groups.find((group) => group.slices.includes(one.slice))?.slices ?? []
    const late = slices.find(
      ({ slice, owner, ready }) => group.includes(slice) && owner === one.owner && !ready.yes,
    )
    if (!one.ready.yes || !late) return one
    const why = `it moves together with ${late.slice}, which cannot yet`
    return { ...one, ready: { ...one.ready, yes: false, why } }
  })
}

/** What of a status is one slice's. */
export function statusOfSlice(status: Status, name: string): Status {
  const isAsked = ({ slice }: { readonly slice: string }) => slice === name
  const slices = status.slices.filter(isAsked)
  const planned = status.planned.filter(isAsked)
  return { ...status, slices, planned, outboxes: [], consumers: [] }
}

type FreshEvents = EventsReport & { readonly reportedMsAgo: number }

function eventsStatus({ name, state, detail, reportedMsAgo }: FreshEvents): EventsStatus {
  return {
    name,
    state: reportedMsAgo > staleEventsMs ? 'unknown' : state,
    why: detail.why ?? null,
    keptBytes: detail.keptBytes ?? null,
  }
}

function consumerStatus(report: FreshEvents): ConsumerStatus {
  const { behind = null, lastEventAt = null, letters = 0, dead = 0 } = report.detail
  return { ...eventsStatus(report), behind, lastEventAt, letters, deadLetters: dead }
}

function sliceStatus(
  row: SliceRow,
  streams: readonly FreshReport[],
  proxies: readonly ProxyEntry[],
): SliceStatus {
  const { name, owner, epoch, phase, sync, syncError, certificate } = row
  const to = owner === 'legacy' ? 'extracted' : 'legacy'
  const why = whyNot(row, streams)
  return {
    slice: name,
    owner,
    epoch,
    phase,
    reads:
      row.reads === 'owner'
        ? 'owner'
        : {
            extractedPercent: [...new Set(proxies.map(({ report }) => report.shares[name] ?? 0))],
          },
    sync,
    error: syncError,
    streams: streams.map(({ direction, state, lagMs, detail, reportedMsAgo }) => ({
      direction,
      state: reportedMsAgo > staleMs ? 'silent' : state,
      lagMs: reportedMsAgo > staleMs ? null : lagMs,
      changedSinceCertificate: (detail['changedSinceCertificate'] as number | undefined) ?? null,
      why: (detail['why'] as string | undefined) ?? null,
    })),
    deadLetters: deadLettersOf(streams),
    writers: writersOf(streams),
    fences: reasonsOf(streams, 'fences'),
    altered: reasonsOf(streams, 'altered'),
    certificate: certificate && {
      at: certificate.at,
      clean: certificate.clean,
      rows: certificate.rows,
    },
    ready: { to, yes: why === null, why },
  }
}

function whyNot(
  { name, owner, phase, sync, syncError, certificate }: SliceRow,
  streams: readonly FreshReport[],
): string | null {
  if (sync === 'none') return `not synced: strangler sync start ${name}`
  if (sync !== 'streaming') return syncError ?? sync
  if (phase !== 'idle') return `a switch is under way (${phase})`
  const bad = streams.find(
    ({ state, reportedMsAgo }) => state !== 'streaming' || reportedMsAgo > staleMs,
  )
  if (bad && bad.reportedMsAgo > staleMs) return `no worker tells of the ${bad.direction} stream`
  if (bad) return `the ${bad.direction} stream is ${bad.state}`
  const letters = deadLettersOf(streams)
  if (letters) {
    return `${letters} dead letter${letters === 1 ? '' : 's'}: strangler dead-letters list ${name}`
  }
  if (reasonsOf(streams, 'fences').length > 0)
    return `its fences were altered: strangler sync start ${name}`
  if (owner === 'legacy' && writersOf(streams)?.against.length) {
    return `writers that the plan does not account for: strangler observe status ${name}`
  }
  if (!certificate) return `not verified: strangler verify ${name}`
  if (!certificate.clean) return `the sides differ: strangler verify ${name}`
  const isAltered = reasonsOf(streams, 'altered').length > 0
  return isAltered ? `altered since it was verified: strangler verify ${name}` : null
}

function writersOf(streams: readonly StreamReport[]): SliceStatus['writers'] {
  const told = streams.flatMap(({ detail }) => detail['writers'] ?? [])
  return (told[0] as SliceStatus['writers'] | undefined) ?? null
}

function reasonsOf(streams: readonly StreamReport[], about: 'fences' | 'altered'): string[] {
  return streams.flatMap(({ detail }) => (detail[about] as string[] | undefined) ?? [])
}

/** Of all that a slice's streams have told, however long ago: letters do not go away by themselves. */
export function deadLettersOf(streams: readonly StreamReport[]): number | null {
  const counts = streams.flatMap(
    ({ detail }) => (detail['deadLetters'] as number | undefined) ?? [],
  )
  return counts.length > 0 ? counts.reduce((total, count) => total + count, 0) : null
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}
