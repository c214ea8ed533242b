import { ago } from '../output/ago.ts'
import { type Colours, table } from '../output/output.ts'
import { showEvents } from './show-events.ts'
import type { SliceStatus, Status } from './read.ts'

const english = new Intl.NumberFormat('en')

/** The status, for a person. */
export function showStatus(status: Status, c: Colours): string[] {
  const { slices, planned, worker, proxies } = status
  if (slices.length === 0) return ['No slices yet: a worker makes them when it starts on a plan.']
  const head = ['SLICE', 'OWNER', 'EPOCH', 'READS', 'STREAMS', 'LAG', 'CERTIFICATE', 'CAN SWITCH']
  const lines = table([
    head.map((text) => c.dim(text)),
    ...slices.map((slice) => [
      c.bold(slice.slice),
      slice.owner,
      String(slice.epoch) + (slice.phase === 'idle' ? '' : c.yellow(` ${slice.phase}`)),
      showReads(slice),
      slice.sync === 'stopped' ? c.red(slice.sync) : slice.sync,
      showLag(slice),
      showCertificate(slice, c),
      slice.ready.yes ? c.green(`yes, to ${slice.ready.to}`) : c.yellow(`no: ${slice.ready.why}`),
    ]),
    ...planned.map(({ slice, why }) =>
      [slice, 'legacy', '-', 'legacy', '-', '-', '-', `not yet: ${why}`].map(c.dim),
    ),
  ])
  for (const { slice, owner, error, streams, deadLetters, writers, fences, altered } of slices) {
    for (const why of [...fences, ...altered]) lines.push(c.red(`${slice}: ${why}`))
    if (owner === 'legacy') {
      for (const why of writers?.against ?? []) lines.push(c.red(`${slice}: ${why}`))
      if (writers?.state === 'never') {
        const start = `strangler observe start ${slice}`
        lines.push(c.yellow(`${slice}: nobody has observed who writes its tables: ${start}`))
      }
    }
    if (deadLetters) {
      const waiting = deadLetters === 1 ? '1 dead letter waits' : `${deadLetters} dead letters wait`
      lines.push(c.red(`${slice}: ${waiting}: strangler dead-letters list ${slice}`))
    }
    if (error) lines.push(c.red(`${slice}: ${error}`))
    for (const { direction, why } of streams) {
      if (why) lines.push(c.yellow(`${slice}, ${direction} stream: ${why}`))
    }
  }
  lines.push(...showEvents(status, c))
  const live = proxies.filter((proxy) => proxy.live)
  for (const { id, troubles } of live) {
    for (const what of troubles) lines.push(c.red(`proxy ${id} ${what}`))
  }
  const held = live.reduce((total, proxy) => total + proxy.held, 0)
  lines.push(
    '',
    worker?.live
      ? `worker   ${worker.id}`
      : `worker   ${c.red('none runs: no stream moves, no switch is possible; start "strangler worker"')}`,
    live.length > 0
      ? `proxies  ${live.map(({ id }) => id).join(', ')}${held > 0 ? `, holding ${held} writes` : ''}`
      : `proxies  ${c.yellow('none runs')}`,
  )
  return lines
}

function showReads({ reads, owner }: SliceStatus): string {
  if (reads === 'owner') return owner
  if (reads.extractedPercent.length === 0) return 'by flag'
  return reads.extractedPercent.map((percent) => `${percent} % extracted`).join(' / ')
}

/** Of the stream that leaves the owner: the other one has nothing to carry. */
function showLag({ owner, streams }: SliceStatus): string {
  const wanted = owner === 'legacy' ? 'forward' : 'reverse'
  const lagMs = streams.find(({ direction }) => direction === wanted)?.lagMs
  return lagMs === null || lagMs === undefined ? '-' : `${english.format(Math.round(lagMs))} ms`
}

function showCertificate({ certificate }: SliceStatus, c: Colours): string {
  if (!certificate) return '-'
  const age = ago(Date.now() - Date.parse(certificate.at))
  const rows = `${english.format(certificate.rows)} rows`
  return certificate.clean ? `clean, ${rows}, ${age}` : c.red(`differs, ${age}`)
}
