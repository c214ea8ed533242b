import { kinds } from './kinds.ts'
import type { Phase } from './phases.ts'

/** Of k6's summary, what is looked at here. */
export type Metrics = Readonly<
  Record<
    string,
    {
      readonly values: Readonly<Record<string, number>>
      readonly thresholds?: Readonly<Record<string, { readonly ok: boolean }>>
    }
  >
>

/** Times in milliseconds. */
export interface Line {
  readonly requests: number
  readonly failed: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly longest: number
}

export interface Result {
  readonly all: Line
  /** Things that people did, and that nobody was free to do. */
  readonly done: number
  readonly dropped: number
  readonly perSecond: number
  readonly byRoleAndKind: readonly (Line & { readonly role: string; readonly kind: string })[]
  readonly byPhase: readonly (Line & { readonly phase: string })[]
  readonly byPhaseAndKind: readonly (Line & { readonly phase: string; readonly kind: string })[]
  /** What did not hold, as `http_req_failed: rate==0`. */
  readonly crossed: readonly string[]
}

/** What of k6's numbers is told. */
export function resultOf(
  metrics: Metrics,
  phases: readonly Phase[],
  roles: readonly string[],
): Result {
  const line = (tags = ''): Line => {
    const times = metrics[`http_req_duration${tags}`]?.values ?? {}
    return {
      requests: times['count'] ?? 0,
      // A request is a failure where k6 counts a "pass" of this rate.
      failed: metrics[`http_req_failed${tags}`]?.values['passes'] ?? 0,
      p50: times['med'] ?? 0,
      p95: times['p(95)'] ?? 0,
      p99: times['p(99)'] ?? 0,
      longest: times['max'] ?? 0,
    }
  }
  const asked = ({ requests }: Line) => requests > 0
  return {
    all: line(),
    done: metrics['iterations']?.values['count'] ?? 0,
    dropped: metrics['dropped_iterations']?.values['count'] ?? 0,
    perSecond: metrics['http_reqs']?.values['rate'] ?? 0,
    byRoleAndKind: roles
      .flatMap((role) =>
        kinds.map((kind) => ({ role, kind, ...line(`{role:${role},kind:${kind}}`) })),
      )
      .filter(asked),
    byPhase: phases.map(({ name }) => ({ phase: name, ...line(`{phase:${name}}`) })),
    byPhaseAndKind: phases
      .flatMap(({ name }) =>
        kinds.map((kind) => ({
          phase: name,
          kind,
          ...line(`{phase:${name},kind:${kind}}`),
        })),
      )
      .filter(asked),
    crossed: Object.entries(metrics).flatMap(([name, { thresholds = {} }]) =>
      Object.entries(thresholds)
        .filter(([, { ok }]) => !ok)
        .map(([expression]) => `${name}: ${expression}`),
    ),
  }
}

const titles = ['requests', 'failed', 'p50', 'p95', 'p99', 'longest']

const cellsOf = (line: Line) => [
  String(line.requests),
  String(line.failed),
  ...[line.p50, line.p95, line.p99, line.longest].map((ms) => `${Math.round(ms)} ms`),
]

/** For a person: by role and kind of request, by part of the time where there are several, and what did not hold. */
export function textOf(result: Result): string {
  const { all, byPhase, done, dropped, perSecond, crossed } = result
  const ofRoles = result.byRoleAndKind.map(({ role, kind, ...line }, nth, lines) => [
    lines[nth - 1]?.role === role ? '' : role,
    kind,
    ...cellsOf(line),
  ])
  return [
    table([['role', 'kind', ...titles], ...ofRoles, ['all', '', ...cellsOf(all)]], 2),
    ...(byPhase.length > 1
      ? [table([['part', ...titles], ...byPhase.map((line) => [line.phase, ...cellsOf(line)])], 1)]
      : []),
    `${done} things done, ${all.requests} requests, ${perSecond.toFixed(1)} requests/s, ${all.failed} failed` +
      (dropped > 0 ? `; ${dropped} things that nobody was free to do` : ''),
    crossed.length === 0
      ? 'All thresholds hold.'
      : `Crossed:\n${crossed.map((one) => `  ${one}`).join('\n')}`,
  ]
    .map((part) => `\n${part}\n`)
    .join('')
}

/** Columns as wide as what is in them; the first `named` are texts, the others numbers. */
export function table(rows: readonly (readonly string[])[], named: number): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) =>
      row
        .map((cell, at) => (at < named ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
