import { setTimeout as delay } from 'node:timers/promises'
import { exactText, literal } from '@strangler/core'
import pg from 'pg'
import { CdcError } from '../../errors.ts'
import type { ChangeLog, LogEntry, LogIdentity } from '../log.ts'
import { parseLsn } from '../lsn.ts'
import { createDecoder } from './decode.ts'

export interface PgoutputOptions {
  /** The applier's connection string for the source; its role has REPLICATION. */
  readonly url: string
  readonly slot: string
  readonly publication: string
  readonly application: string
  /** Whether a reader that was there before is ended; else this one fails as long as it is there. Default true. */
  readonly endsPredecessor?: boolean
  /** Says that a part of the log is gone, and how to make it anew. */
  gone(what: string, cause?: unknown): Error
  /** Fails if the source does not feed this log any more. */
  checkSource(): Promise<void>
}

/** What pg offers for replication and its types do not tell. */
interface ReplicationConnection {
  readonly stream: { pause(): void; resume(): void }
  on(event: 'copyData', listener: (message: { chunk: Buffer }) => void): void
  once(event: 'replicationStart', listener: () => void): void
  sendCopyFromChunk(chunk: Buffer): void
}

/** So many entries wait at most before the connection is read no further. */
const highWater = 20_000
/** And so many bytes of them. */
const highWaterBytes = 32_000_000

/** Where the plugin's message begins in what the server sends, behind its own places and time. */
const messageAt = 25

/** The letter that a message begins with by which the server only shows that it is alive. */
const keepalive = 0x6b

const statusIntervalMs = 1000
/** So often it is looked whether the publication still has everything. */
const lookMs = 2000

/**
 * Opens a slice's log in Postgres itself: a replication slot read through a publication, without what
 * appliers wrote.
 *
 * @throws CdcError LOG_GONE when the slot is not there, or lost what it kept.
 */
export async function openPgoutput(options: PgoutputOptions): Promise<ChangeLog> {
  const config = {
    connectionString: options.url,
    application_name: options.application,
    replication: 'database',
    options: exactText,
    keepAlive: true,
    connectionTimeoutMillis: 5000,
  }
  const client = new pg.Client(config)
  let lost: Error | undefined
  let wake = () => {}
  const fail = (error: Error) => {
    lost ??= new CdcError(
      'CONNECTION_LOST',
      `The log of ${options.slot} broke off: ${error.message}`,
      {},
      { cause: error },
    )
    wake()
  }
  client.on('error', fail)
  client.on('end', () => fail(new Error('the server closed the connection')))
  await options.checkSource()
  await client.connect()
  const { end, ...identity } = await identify(client, options.slot)
  if (options.endsPredecessor ?? true) await endPredecessor(client, options.slot)

  const { connection } = client as unknown as { connection: ReplicationConnection }
  let waiting: LogEntry[] = []
  let waitingBytes = 0
  let paused = false
  let confirmed = 0n
  /** The place after the last transaction that arrived, or undefined inside one. */
  let received: bigint | undefined = 0n
  const timers: NodeJS.Timeout[] = []

  function report(): void {
    const status = Buffer.alloc(34)
    status.write('r')
    // Written, flushed and applied are one here: what is confirmed is committed in the target.
    for (const at of [1, 9, 17]) status.writeBigUInt64BE(confirmed, at)
    status.writeBigInt64BE(BigInt(Date.now() - Date.UTC(2000, 0, 1)) * 1000n, 25)
    connection.sendCopyFromChunk(status)
  }

  /** What the publication leaves out the log leaves out, without a word. */
  function look(): void {
    options.checkSource().catch((error: unknown) => {
      if (!(error instanceof CdcError) || error.retriable) return
      lost ??= error
      wake()
    })
  }

  async function start(from: string): Promise<void> {
    confirmed = parseLsn(from)
    // The server would wait for that place without a word, and leave out what comes before it.
    if (confirmed > parseLsn(end))
      throw options.gone(
        `it was read up to ${from} and ends at ${end}, for the database was restored from before`,
      )
    received = confirmed
    const decode = createDecoder()
    connection.on('copyData', ({ chunk }) => {
      if (chunk[0] === keepalive) {
        // Everything that arrived is applied, and what else there is up to here concerns nobody. The server
        // must be told: when it shuts down, it waits until its readers have confirmed all of its log.
        const end = chunk.readBigUInt64BE(1)
        if (received !== undefined && received <= confirmed && end > confirmed) confirmed = end
        if (chunk[17] === 1) report()
        return
      }
      const entry = decode(chunk, messageAt)
      if (!entry) return
      if (entry.kind === 'begin') received = undefined
      else if (entry.kind === 'commit') received = parseLsn(entry.place)
      waiting.push(entry)
      waitingBytes += chunk.length
      if (!paused && (waiting.length >= highWater || waitingBytes >= highWaterBytes)) {
        paused = true
        connection.stream.pause()
      }
      wake()
    })
    const started = new Promise<void>((resolve) => connection.once('replicationStart', resolve))
    const parts = [
      "proto_version '1'",
      `publication_names '"${options.publication}"'`,
      "origin 'none'",
    ]
    const running = client.query(
      `START_REPLICATION SLOT "${options.slot}" LOGICAL ${from} (${parts.join(', ')})`,
    )
    running.catch(fail)
    await Promise.race([started, running])
    timers.push(setInterval(report, statusIntervalMs), setInterval(look, lookMs))
  }

  async function* read(from: string, gatherMs: number): AsyncIterable<readonly LogEntry[]> {
    let gathered = gatherMs === 0
    try {
      await start(from)
    } catch (error) {
      throw explain(error as Error, options)
    }
    for (;;) {
      if (waiting.length > 0) {
        if (!gathered) await delay(gatherMs)
        gathered = true
        const taken = waiting
        waiting = []
        waitingBytes = 0
        if (paused) connection.stream.resume()
        paused = false
        yield taken
      } else if (lost) {
        throw explain(lost, options)
      } else {
        await new Promise<void>((resolve) => (wake = resolve))
      }
    }
  }

  return {
    identity,
    read,
    confirm: (place) => {
      const lsn = parseLsn(place)
      if (lsn > confirmed) confirmed = lsn
    },
    close: async () => {
      for (const timer of timers) clearInterval(timer)
      fail(new Error('it was closed'))
      await client.end().catch(() => {})
    },
  }
}

/** Which log it is, and up to where it is written. */
async function identify(client: pg.Client, slot: string): Promise<LogIdentity & { end: string }> {
  const { rows } = await client.query<{ systemid: string; timeline: string; xlogpos: string }>(
    'IDENTIFY_SYSTEM',
  )
  const { systemid, timeline, xlogpos } = rows[0]!
  return { system: systemid, timeline: Number(timeline), log: slot, end: xlogpos }
}

/** A reader that was cut off, or whose process is paused, would keep the slot for a minute. */
async function endPredecessor(client: pg.Client, slot: string): Promise<void> {
  await client.query(
    `select pg_terminate_backend(active_pid, 1000) from pg_replication_slots
     where slot_name = ${literal(slot)} and active_pid is not null`,
  )
}

const goneStates = new Set(['42704', '55000', '58P01'])

function explain(error: Error, { slot, gone }: PgoutputOptions): Error {
  const code =
    (error as { code?: string }).code ?? (error.cause as { code?: string } | undefined)?.code
  if (!goneStates.has(code ?? '')) return error
  return gone(
    `the replication slot "${slot}" is gone, or lost what it kept (${error.message})`,
    error,
  )
}
