import { setTimeout as delay } from 'node:timers/promises'
import { CdcError } from '../../errors.ts'
import type { ChangeLog, LogEntry, LogIdentity } from '../log.ts'
import { createAssembler } from './assemble.ts'
import type { Connect } from './connect.ts'
import { readMessage } from './envelope.ts'
import type { Kafka, MessageStream } from './kafka.ts'
import { parsePlace } from './place.ts'
import { readAhead, type Sized } from './read-ahead.ts'
import { isForGood } from './restarts.ts'

export interface OpenOptions {
  readonly kafka: Kafka
  readonly connect: Connect
  readonly identity: LogIdentity
  readonly unchanged: string
  /** Says that a part of the log is gone, and how to make it anew. */
  gone(what: string, cause?: unknown): Error
  /** Fails if the source does not feed this log any more. @returns whether anybody reads its slot now. */
  checkSource(): Promise<boolean>
  /** Fails if what came is not what the source holds. */
  checkEntries(entries: readonly LogEntry[]): Promise<void>
  log: { warn(fields: object, message: string): void }
}

const lookMs = 1000
const longestPauseMs = 30_000
/** What was read of Kafka and is not applied yet takes several times as much here. */
const mostBytesAhead = 2_000_000
/** So many messages are read without a look at anything else: a few milliseconds. */
const mostAtOnce = 500

/** Somebody has to mend these; the restart shows whether it was done. */
const refusal = /(Authorization|Authentication)Exception/

/** Opens a captured topic, and looks after its connector as long as it is read. */
export async function openTopic(options: OpenOptions): Promise<ChangeLog> {
  const { kafka, connect, identity, unchanged, gone, checkSource, checkEntries, log } = options
  const topic = identity.log
  const closing = new AbortController()
  let stream: MessageStream | undefined
  let failure: unknown
  let trouble: string | undefined

  async function look(): Promise<void> {
    const range = await kafka.range(topic)
    if (!range) throw gone(`Kafka's topic "${topic}" is gone`)
    const isRead = await checkSource()
    const { state, failure: why = '' } = (await connect.status(topic)) ?? { state: 'UNASSIGNED' }
    trouble = troubleOf(topic, state, why, isRead)
    if (state !== 'FAILED') return
    if (isForGood(why)) throw gone(`its connector failed: ${why}`)
  }

  async function lookAfter(): Promise<void> {
    let pauseMs = lookMs
    let until = 0
    for (;;) {
      await delay(lookMs, undefined, { signal: closing.signal })
      try {
        await look()
        if (trouble === undefined) pauseMs = lookMs
        else if (/failed/.test(trouble) && performance.now() > until) {
          log.warn({ connector: topic, why: trouble }, 'connector starts again')
          await connect.restart(topic)
          until = performance.now() + pauseMs
          pauseMs = Math.min(pauseMs * 2, longestPauseMs)
          if (refusal.test(trouble)) throw connectorRefused(trouble)
        }
      } catch (error) {
        if (error instanceof CdcError && !error.retriable) throw error
        // The log may be read on; what it does not bring shows as lag.
        trouble = error instanceof Error ? error.message : String(error)
      }
    }
  }

  async function* read(place: string, gatherMs: number): AsyncIterable<Sized<LogEntry>> {
    const from = parsePlace(place)
    const range = await kafka.range(topic)
    closing.signal.throwIfAborted() // Nobody would close what is opened from here on.
    if (!range) throw gone(`Kafka's topic "${topic}" is gone`)
    const { offset } = from
    if (offset < range.first || offset > range.end) {
      throw gone(
        `Kafka's topic "${topic}" has ${range.first} to ${range.end}, and ${offset} comes next`,
      )
    }
    const opened = (stream = kafka.read(topic, offset))
    const assembler = createAssembler({ from, unchanged, gone })
    lookAfter().catch((error: unknown) => {
      if (closing.signal.aborted) return
      failure = error
      void opened.close()
    })
    if (gatherMs > 0) await delay(gatherMs, undefined, { signal: closing.signal })
    // What was gathered goes together.
    let atOnce = gatherMs > 0 ? Infinity : mostAtOnce
    for (;;) {
      let messages
      try {
        messages = await opened.next()
      } catch (error) {
        throw failure ?? error
      }
      for (let at = 0; at < messages.length; at += atOnce) {
        const entries: LogEntry[] = []
        let bytes = 0
        for (const message of messages.slice(at, at + atOnce)) {
          bytes += message.value?.length ?? 0
          const event = readMessage(message)
          if (event) assembler.take(event, BigInt(message.offset), entries)
        }
        await checkEntries(entries)
        if (entries.length > 0) yield { items: entries, bytes }
      }
      atOnce = mostAtOnce
    }
  }

  return {
    identity,
    read: (place, gatherMs) => readAhead(read(place, gatherMs), mostBytesAhead),
    get trouble() {
      return trouble
    },
    confirm: () => {}, // The connector confirms what Kafka has; Kafka keeps everything.
    async close() {
      closing.abort()
      await stream?.close()
    },
  }
}

/** Connect calls a task running also while Debezium in it waits to connect again; its slot tells. */
function troubleOf(topic: string, state: string, why: string, isRead: boolean): string | undefined {
  const connector = `its connector ${topic}`
  if (state !== 'RUNNING') return `${connector} is ${state.toLowerCase()}${why && `: ${why}`}`
  return isRead ? undefined : `${connector} is running, but does not read its database`
}

function connectorRefused(trouble: string): CdcError {
  const message = `Kafka refuses what Connect writes: ${trouble}. Give Connect's user the rights on topics that docs/plan.md, "Streams", lists, or correct its password.`
  return new CdcError('KAFKA_REFUSED', message)
}
