/** One line of what Prometheus would read. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export async function readMetrics(adminUrl: string): Promise<Sample[]> {
  const response = await fetch(`${adminUrl}/metrics`)
  return parseMetrics(await response.text())
}

/** Reads the text format: https://prometheus.io/docs/instrumenting/exposition_formats/ */
export function parseMetrics(text: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    const match = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line)
    if (!match) return []
    const [, name = '', labels = '', value] = match
    const pairs = [...labels.matchAll(/([a-z_]+)="([^"]*)"/g)].map(([, key, held]) => [key, held])
    return [
      { name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) },
    ]
  })
}

/** The sum of all samples of that name with those labels. */
export function sum(
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  return samples
    .filter((sample) => sample.name === name)
    .filter((sample) => Object.entries(labels).every(([key, held]) => sample.labels[key] === held))
    .reduce((total, { value }) => total + value, 0)
}

/** Who answered a slice's requests. */
export interface Answered {
  readonly reads: { readonly legacy: number; readonly extracted: number }
  readonly writes: { readonly legacy: number; readonly extracted: number }
  /** Reads that the flag wanted elsewhere than the owner, and that the owner answered. */
  readonly steered: number
  /** Requests that the proxy answered itself. */
  readonly refused: number
}

/** Counts who answers from now on. */
export async function countAnswers(
  adminUrl: string,
  slice: string,
): Promise<() => Promise<Answered>> {
  const read = async (): Promise<Answered> => {
    const samples = await readMetrics(adminUrl)
    const by = (effect: string) => {
      const of = (side: string) => sum(samples, 'strangler_requests_total', { slice, side, effect })
      return { legacy: of('legacy'), extracted: of('extracted') }
    }
    return {
      reads: by('reads'),
      writes: by('writes'),
      steered: sum(samples, 'strangler_steered_reads_total', { slice }),
      refused: sum(samples, 'strangler_refused_total'),
    }
  }
  const before = await read()
  return async () => {
    const now = await read()
    const since = (of: 'reads' | 'writes') => ({
      legacy: now[of].legacy - before[of].legacy,
      extracted: now[of].extracted - before[of].extracted,
    })
    return {
      reads: since('reads'),
      writes: since('writes'),
      steered: now.steered - before.steered,
      refused: now.refused - before.refused,
    }
  }
}
