import type { TestDatabase, TestPostgres } from '@strangler/local/testing'

/** What a contender was seen to do; null where a number means nothing for it. */
export interface Measures {
  readonly snapshotRowsPerSecond: number | null
  readonly insertRowsPerSecond: number | null
  readonly updateRowsPerSecond: number | null
  /** Read out of the source's log, nothing applied. */
  readonly capturedRowsPerSecond: number | null
  /** From a commit's answer until the row is seen in the target, at 1,000 rows/s. */
  readonly lagP50Ms: number | null
  readonly lagP99Ms: number | null
  /** The same at 5,000 rows/s. */
  readonly lagP50MsAt5000: number | null
  readonly lagP99MsAt5000: number | null
  /** The most that everything took that has to run besides the two databases. */
  readonly memoryMb: number | null
  /** Processor time for each of the inserted rows: of those processes, and of each server with the writing. */
  readonly cpuMicrosPerInsert: number | null
  readonly cpuMicrosPerInsertAtSource: number | null
  readonly cpuMicrosPerInsertAtTarget: number | null
}

/** For who is measured at some things only. */
export const nothing: Measures = {
  snapshotRowsPerSecond: null,
  insertRowsPerSecond: null,
  updateRowsPerSecond: null,
  capturedRowsPerSecond: null,
  lagP50Ms: null,
  lagP99Ms: null,
  lagP50MsAt5000: null,
  lagP99MsAt5000: null,
  memoryMb: null,
  cpuMicrosPerInsert: null,
  cpuMicrosPerInsertAtSource: null,
  cpuMicrosPerInsertAtTarget: null,
}

/** Two servers of a benchmark, and what one contender in one round is to do. */
export interface Round {
  readonly servers: { readonly source: TestPostgres; readonly target: TestPostgres }
  /** With the table, and nothing in it. */
  readonly source: TestDatabase
  readonly target: TestDatabase
  /** How many rows each measurement is about. */
  readonly count: number
  readonly lagSeconds: number
  /** For what the contender keeps and logs. Removed at the end. */
  readonly dataDir: string
  /** Node writes CPU profiles of our worker here, if anywhere. */
  readonly profileDir: string | undefined
  say(line: string): void
}

export interface Contender {
  readonly name: string
  run(round: Round): Promise<Measures>
}

/** Something that brings a source's rows into a target, at work. */
export interface Pipeline {
  /** Processes that run for it. */
  pids(): number[] | Promise<number[]>
  /** What it does once, after its first copy and before it is measured at anything else. */
  settled?(): Promise<void>
  /** Rows a second that it captures, nothing being applied meanwhile. */
  captureRate?(write: () => Promise<void>): Promise<number>
}
