import { METHODS } from 'node:http'

/** What a request does to its slice's tables. */
export type RouteEffect = 'reads' | 'writes'

export interface Route {
  /** `GET`, `POST`, ...; `*` for any. A `GET` also answers `HEAD`. */
  readonly method: string
  /** Segments of the path: literal text, `:name` for any one, `*` at the end for the rest. */
  readonly segments: readonly string[]
  readonly effect: RouteEffect
  /** The slices whose tables a request writes, its own first. Empty if it only reads. */
  readonly writes: readonly string[]
}

/** How a monolith reads paths. The defaults are Express's. */
export interface PathRules {
  readonly caseSensitive: boolean
  readonly trailingSlashMatters: boolean
}

const safe = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY'])

/** What a request with this method does unless its route says otherwise. */
export function effectOf(method: string): RouteEffect {
  return safe.has(method) ? 'reads' : 'writes'
}

const shape = /^([A-Z]+|\*) (\/\S*)$/

/** Reads `GET /api/orders/:id`; undefined when the text is no route. */
export function parseRoute(text: string): Pick<Route, 'method' | 'segments'> | undefined {
  const [, method, path] = shape.exec(text) ?? []
  if (method === undefined || path === undefined) return undefined
  if (method !== '*' && !METHODS.includes(method)) return undefined
  const segments = path.split('/').slice(1)
  if (segments.some((segment, at) => segment === '*' && at < segments.length - 1)) return undefined
  return { method, segments: segments.at(-1) === '' ? segments.slice(0, -1) : segments }
}

/** The segments of a request's path, or undefined if no route can have it. */
export function segmentsOf(path: string, rules: PathRules): readonly string[] | undefined {
  if (!path.startsWith('/')) return undefined
  const segments = path.slice(1).split('/')
  if (segments.at(-1) === '' && !rules.trailingSlashMatters) segments.pop()
  return rules.caseSensitive ? segments : segments.map((segment) => segment.toLowerCase())
}

function isParameter(segment: string): boolean {
  return segment.startsWith(':')
}

/** Finds a request's route: literal segments before parameters before `*`, as a person would read them. */
export function createRouteTable<Entry extends Pick<Route, 'method' | 'segments'>>(
  entries: readonly Entry[],
  rules: PathRules,
): (method: string, path: string) => Entry | undefined {
  const folded = entries
    .map((entry) => ({ entry, segments: entry.segments.map(fold) }))
    .sort((one, two) => rank(one.segments).localeCompare(rank(two.segments)))
  function fold(segment: string): string {
    return rules.caseSensitive || isParameter(segment) ? segment : segment.toLowerCase()
  }
  return (method, path) => {
    const segments = segmentsOf(path, rules)
    if (!segments) return undefined
    return folded.find(
      (candidate) =>
        answers(candidate.entry.method, method) && matches(candidate.segments, segments),
    )?.entry
  }
}

function answers(declared: string, method: string): boolean {
  return declared === '*' || declared === method || (declared === 'GET' && method === 'HEAD')
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  const open = pattern.at(-1) === '*'
  if (open ? segments.length < pattern.length : segments.length !== pattern.length) return false
  return pattern.every(
    (segment, at) =>
      segment === '*' || (isParameter(segment) ? segments[at] !== '' : segment === segments[at]),
  )
}

/** Sorts patterns: literal (0) before parameter (1) before rest (2), segment by segment. */
function rank(segments: readonly string[]): string {
  return segments
    .map((segment) => (segment === '*' ? '2' : isParameter(segment) ? '1' : '0'))
    .join('')
}

/** Two routes that some request would match with nothing to choose between them. */
export function collide(
  one: Pick<Route, 'method' | 'segments'>,
  two: Pick<Route, 'method' | 'segments'>,
): boolean {
  if (one.method !== two.method && one.method !== '*' && two.method !== '*') return false
  if (one.segments.length !== two.segments.length) return false
  return one.segments.every((segment, at) => {
    const other = two.segments[at]!
    if (isParameter(segment) || isParameter(other))
      return isParameter(segment) && isParameter(other)
    return segment.toLowerCase() === other.toLowerCase()
  })
}

export function displayRoute({ method, segments }: Pick<Route, 'method' | 'segments'>): string {
  return `${method} /${segments.join('/')}`
}
