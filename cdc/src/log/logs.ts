import type { Direction, TableName } from '@strangler/core'
import type { OpenDatabase } from '../databases.ts'
import type { Translation } from '../translate/translation.ts'
import type { ChangeLog, LogIdentity } from './log.ts'

/** A stream's log, seen from the database that is read. */
export interface LogSource {
  readonly slice: string
  readonly direction: Direction
  readonly database: OpenDatabase
  /** The slice's tables there. */
  readonly tables: readonly TableName[]
}

/** A kind of change log: makes, opens and removes the logs of slices. */
export interface ChangeLogs {
  readonly name: 'pgoutput' | 'debezium'
  /** What speaks against reading these tables through a log of this kind, and against its servers. */
  reasonsAgainst(tables: readonly Translation[]): Promise<string[]>
  /** @throws CdcError LOSSY_MAPPING when rows hold what a log of this kind would change. */
  checkRows(source: LogSource, tables: readonly Translation[]): Promise<void>
  /** Makes a log; what is committed after its place will be in it. Its slot is there already if it ever was. */
  create(source: LogSource): Promise<{ readonly identity: LogIdentity; readonly place: string }>
  /** Puts back what somebody else removed, as far as nothing is lost by it. */
  repair(source: LogSource, identity: LogIdentity): Promise<void>
  /** Opens a log that was made before. @throws CdcError LOG_GONE when a part of it is not there any more. */
  open(source: LogSource, identity: LogIdentity): Promise<ChangeLog>
  /** Nobody reads it for now: it need not be fed. */
  pause(source: LogSource, identity: LogIdentity): Promise<void>
  /** Removes everything that was made for it. */
  drop(source: LogSource): Promise<void>
}

/** Names of a log's objects in the database that is read. */
export function sourceNames({ slice, direction }: Pick<LogSource, 'slice' | 'direction'>) {
  return { publication: `strangler_${slice}`, slot: `strangler_${slice}_${direction}` }
}
