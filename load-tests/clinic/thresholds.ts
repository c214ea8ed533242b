import { kinds } from './kinds.ts'
import type { Phase, Shape } from './phases.ts'

type Thresholds = Record<string, string[]>

/** As long as a proxy holds a write, and as the monolith may take. Past that something is lost. */
const longestMs = 10_000

/** What takes long by its nature: all visits of a month are looked through, one by one. */
const slow = new Set(['reports', 'making exports'])

/**
 * What must hold, by metric, as k6 wants it. What is asked with `>=0` holds always: k6 keeps numbers by tag only
 * of what some threshold is about.
 *
 * @see https://grafana.com/docs/k6/latest/using-k6/thresholds/
 */
export function thresholdsOf(
  shape: Shape,
  phases: readonly Phase[],
  roles: readonly string[],
): Thresholds {
  const thresholds: Thresholds = shape === 'spike' ? ofSpike : ofCalm
  return {
    ...kept(roles.flatMap((role) => kinds.map((kind) => `role:${role},kind:${kind}`))),
    ...kept(phases.map(({ name }) => `phase:${name}`)),
    ...kept(phases.flatMap(({ name }) => kinds.map((kind) => `phase:${name},kind:${kind}`))),
    ...thresholds,
  }
}

function kept(tags: readonly string[]): Thresholds {
  return Object.fromEntries(
    tags.flatMap((tag) => [
      [`http_req_duration{${tag}}`, ['max>=0']],
      [`http_req_failed{${tag}}`, ['rate>=0']],
    ]),
  )
}

const ofCalm: Thresholds = {
  http_req_failed: ['rate==0'],
  http_req_duration: [`max<${longestMs}`],
  // Nobody who wanted something found no hand free to do it.
  dropped_iterations: ['count==0'],
  ...Object.fromEntries(
    kinds.map((kind) => [
      `http_req_duration{kind:${kind}}`,
      slow.has(kind) ? ['p(95)<5000'] : ['p(95)<1000'],
    ]),
  ),
}

/** Whoever comes in the worst minute may be turned away; those before and after it may not. */
const ofSpike: Thresholds = {
  'http_req_failed{phase:opening}': ['rate==0'],
  'http_req_failed{phase:before}': ['rate==0'],
  'http_req_failed{phase:spike}': ['rate<0.05'],
  'http_req_failed{phase:after}': ['rate==0'],
  'http_req_duration{phase:before}': ['p(95)<1000'],
  'http_req_duration{phase:after}': ['p(95)<2000'],
}
