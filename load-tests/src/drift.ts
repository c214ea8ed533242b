import { type Result, table } from '../clinic/result.ts'

/** Megabytes of a program, seen at a moment in seconds since the load began. */
export interface Seen {
  readonly at: number
  readonly mb: ReadonlyMap<string, number>
}

export interface Drift {
  /** For a person. */
  readonly text: string
  /** What became worse than it may, a sentence each. */
  readonly worse: readonly string[]
}

/** Over hours what leaks comes to more; what is kept in caches, or grows with the data, comes to less. */
const most = { latency: 1.5, latencyMs: 50, memory: 1.3, memoryMb: 100 }

/** Compares the beginning of a soak with its end. */
export function driftOf(
  result: Result,
  seen: readonly Seen[],
  window: {
    readonly beginning: readonly [number, number]
    readonly end: readonly [number, number]
  },
): Drift {
  const of = (phase: string) => result.byPhase.find((line) => line.phase === phase)
  const [beginning, end] = [of('beginning'), of('end')]
  const names = [...new Set(seen.flatMap(({ mb }) => [...mb.keys()]))]
  const memory = names.map((name) => {
    const at = ([from, until]: readonly [number, number]) =>
      median(
        seen.filter((one) => one.at >= from && one.at < until).map(({ mb }) => mb.get(name) ?? 0),
      )
    return { name, before: at(window.beginning), after: at(window.end) }
  })
  const kinds = result.byPhaseAndKind
    .filter(({ phase }) => phase === 'beginning')
    .flatMap(({ kind, p50, p95 }) => {
      const later = result.byPhaseAndKind.find((one) => one.phase === 'end' && one.kind === kind)
      return later ? [[kind, ms(p50), ms(later.p50), ms(p95), ms(later.p95)]] : []
    })
  const slower =
    beginning && end && end.p95 > beginning.p95 * most.latency + most.latencyMs
      ? [`Requests became slower: p95 was ${ms(beginning.p95)}, and ${ms(end.p95)} at the end.`]
      : []
  const larger = memory
    .filter(({ before, after }) => after > before * most.memory + most.memoryMb)
    .map(
      ({ name, before, after }) =>
        `${name} grew from ${mb(before)} to ${mb(after)}; what keeps growing ends.`,
    )
  return {
    text: [
      table([['kind', 'p50 first', 'last', 'p95 first', 'last'], ...kinds], 1),
      memory.length === 0
        ? 'Memory was not measured: the system is not one that "npm start" has started on this machine.'
        : table(
            [
              ['memory', 'first', 'last'],
              ...memory.map(({ name, before, after }) => [name, mb(before), mb(after)]),
            ],
            1,
          ),
    ].join('\n\n'),
    worse: [...slower, ...larger],
  }
}

const ms = (time: number) => `${Math.round(time)} ms`
const mb = (size: number) => `${Math.round(size)} MB`

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
