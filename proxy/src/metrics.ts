import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Exchange } from './exchange.ts'
import type { PinStoreReport } from './positions/open.ts'
import type { SliceReport } from './state/slice-reports.ts'

export interface MetricSources {
  leaseMs(): number
  pins(): number
  pinStore(): PinStoreReport
  slices(): Readonly<Record<string, SliceReport>>
}

/** The status of a request whose client did not wait for an answer; as nginx has it. */
const clientGone = 499

/** What Prometheus is told of one proxy. */
export function createMetrics(sources: MetricSources) {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const requests = new Counter({
    name: 'strangler_requests_total',
    help: 'Requests, by slice (empty: none), side that answered (or the proxy itself), effect and status.',
    labelNames: ['slice', 'side', 'effect', 'status'],
    registers,
  })
  const seconds = new Histogram({
    name: 'strangler_request_seconds',
    help: 'Time from a request to the end of its answer, holds included.',
    labelNames: ['slice', 'side', 'effect'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  })
  const heldSeconds = new Histogram({
    name: 'strangler_held_seconds',
    help: 'Time that writes waited for a new owner.',
    labelNames: ['slice'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10],
    registers,
  })
  const steered = new Counter({
    name: 'strangler_steered_reads_total',
    help: 'Reads that the owner answered although the flag wanted the other side.',
    labelNames: ['slice', 'because'],
    registers,
  })
  const refused = new Counter({
    name: 'strangler_refused_total',
    help: 'Requests that the proxy answered itself, by its error code.',
    labelNames: ['slice', 'code'],
    registers,
  })
  const gauge = (
    name: string,
    help: string,
    labelNames: readonly string[],
    collect: (own: Gauge) => void,
  ) =>
    new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers,
      collect() {
        collect(this)
      },
    })

  gauge('strangler_lease_seconds', 'What is left of the lease on the known owners.', [], (own) =>
    own.set(Math.max(sources.leaseMs(), 0) / 1000),
  )
  gauge('strangler_pinned_principals', 'Principals whose reads are watched.', [], (own) =>
    own.set(sources.pins()),
  )
  gauge(
    'strangler_proxy_pin_store_up',
    'Whether pins can be relied on (1), or owners answer reads instead (0).',
    ['store'],
    (own) => {
      const { store, isUp } = sources.pinStore()
      own.set({ store }, isUp ? 1 : 0)
    },
  )
  gauge(
    'strangler_slice_epoch',
    'The epoch at which this proxy knows a slice.',
    ['slice', 'owner'],
    (own) => {
      own.reset()
      for (const [slice, { view }] of Object.entries(sources.slices()))
        own.set({ slice, owner: view.owner }, view.epoch)
    },
  )
  gauge(
    'strangler_writes',
    'Writes under way (in_flight) and waiting (held).',
    ['slice', 'state'],
    (own) => {
      for (const [slice, { inFlight, held }] of Object.entries(sources.slices())) {
        own.set({ slice, state: 'in_flight' }, inFlight)
        own.set({ slice, state: 'held' }, held)
      }
    },
  )
  gauge(
    'strangler_lag_seconds',
    'How far the side that is not the owner is behind.',
    ['slice'],
    (own) => {
      own.reset()
      for (const [slice, { lagMs }] of Object.entries(sources.slices()))
        if (lagMs !== undefined) own.set({ slice }, lagMs / 1000)
    },
  )

  return {
    registry,

    /** @param failure what the proxy itself answered with, if it did. */
    ended({ route, side, effect, res }: Exchange, ms: number, failure?: number): void {
      const labels = {
        slice: route?.slice ?? '',
        side: res.headersSent || failure === undefined ? side : 'proxy',
        effect,
      }
      const status = res.headersSent ? res.statusCode : (failure ?? clientGone)
      requests.inc({ ...labels, status })
      seconds.observe(labels, ms / 1000)
    },
    held: (slice: string, ms: number) => heldSeconds.observe({ slice }, ms / 1000),
    steered: (slice: string, because: string) => steered.inc({ slice, because }),
    refused: (slice: string, code: string) => refused.inc({ slice, code }),
  }
}

export type Metrics = ReturnType<typeof createMetrics>
