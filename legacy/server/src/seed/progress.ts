export interface ProgressOptions {
  /** About how many rows there will be. */
  readonly expected: number
  /** A terminal's line is written over again and again; anything else gets a line now and then. */
  readonly isTerminal: boolean
  write(text: string): void
  /** In milliseconds. */
  clock(): number
}

export interface Progress {
  /** So many more rows are on their way. */
  note(rows: number, table: string): void
  /** Takes the line away. */
  end(): void
}

const everyMs = { terminal: 200, lines: 5000 }

/** Tells a person how far it is; nothing, when all is done before there is something to tell. */
export function createProgress({ expected, isTerminal, write, clock }: ProgressOptions): Progress {
  const began = clock()
  const pause = isTerminal ? everyMs.terminal : everyMs.lines
  let rows = 0
  let told = began
  return {
    note(more, table) {
      rows += more
      const now = clock()
      if (now - told < pause) return
      told = now
      const line = `${describe({ rows, expected, elapsedMs: now - began })}: ${table}`
      write(isTerminal ? `\r\x1b[2K${line}` : `${line}\n`)
    },
    end() {
      if (isTerminal && told > began) write('\r\x1b[2K')
    },
  }
}

/** As `1,200,000 of about 10,000,000 rows (12 %), 40,000 rows/s, 4 min left`. */
export function describe({
  rows,
  expected,
  elapsedMs,
}: {
  readonly rows: number
  readonly expected: number
  readonly elapsedMs: number
}): string {
  // Only the end is the end: how many there will be is known about.
  const percent = Math.min(99, Math.floor((100 * rows) / expected))
  const rate = (1000 * rows) / Math.max(elapsedMs, 1)
  const left = Math.max(0, expected - rows) / Math.max(rate, 1)
  const count = (number: number) => Math.round(number).toLocaleString('en')
  return `${count(rows)} of about ${count(expected)} rows (${percent} %), ${count(rate)} rows/s, ${lasting(left)} left`
}

const lasting = (seconds: number) =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`
