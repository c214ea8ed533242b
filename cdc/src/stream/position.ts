import type pg from 'pg'
import type { Position } from '../apply/applier.ts'
import { CdcError } from '../errors.ts'
import type { LogIdentity } from '../log/log.ts'

/** Reads from the target how far a stream has been applied. */
export async function readPosition(
  client: pg.Client,
  stream: string,
): Promise<Position & { source: LogIdentity }> {
  const { rows } = await client.query<Position & { source: LogIdentity }>(
    `select source, place, beat::int, barrier_epoch::int as "barrierEpoch"
     from strangler.position where stream = $1`,
    [stream],
  )
  if (rows[0]) return rows[0]
  const message = `The stream ${stream} has no position in its target: it was never set up there, or the database was restored from before. Run "strangler sync start".`
  throw new CdcError('LOG_GONE', message, { stream })
}

/** Makes sure that the stored place is one in this log. */
export function checkIdentity(stream: string, stored: LogIdentity, found: LogIdentity): void {
  const same =
    stored.system === found.system && stored.timeline === found.timeline && stored.log === found.log
  if (same) return
  const message = `The stream ${stream} was read from system ${stored.system}, timeline ${stored.timeline}; what answers now is system ${found.system}, timeline ${found.timeline}. Places of one mean nothing in the other. If the change was meant, run "strangler sync stop --drop" and "strangler sync start".`
  throw new CdcError('SOURCE_CHANGED', message, { stored, found })
}

/**
 * Heartbeats are counted, so a log that leaves some out leaves out other things too: a target that was
 * restored from a backup asks for a place that its slot no longer has, and gets a later one without a word.
 */
export function checkNothingSkipped(stream: string, before: number, beat: number): void {
  if (before === 0 || beat === before + 1) return
  const message = `The log of the stream ${stream} goes on at heartbeat ${beat}, and ${before} was the last that its target has: what was changed between is missing. A database was restored from a backup, or the slot was moved. Run "strangler sync stop --drop" and "strangler sync start" for the slice: it copies again.`
  throw new CdcError('LOG_GONE', message, { stream, before, beat })
}
