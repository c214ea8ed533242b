import type { LogEntry, RowChange } from '../log.ts'
import type { Event } from './envelope.ts'
import { formatPlace, type TopicPlace } from './place.ts'
import { createRelations } from './relations.ts'

type Counted = Exclude<Event, { kind: 'begin' | 'end' | 'loose' }>
type RowEvent = Extract<Event, { kind: 'row' }>

/** A transaction whose end has not come yet. */
interface Open {
  readonly xid: number
  /** The order of its first event that came, and of the last. */
  readonly first: number
  seen: number
  /** What is handed out only once it is known that this transaction is a new one. */
  kept: Counted[] | undefined
  /** The first half of a key change. */
  half: RowEvent | undefined
}

export interface AssembleOptions {
  readonly from: TopicPlace
  readonly unchanged: string
  /** Says that the topic lacks something, and ends the stream. */
  gone(what: string): Error
  /** False only where a test shows what it is good for. */
  readonly dropsRepeats?: boolean
}

/** A transaction of which the connector does not know what came before is kept until its end, up to so many. */
const mostKept = 200_000

/** @param repeats undefined: it may turn out to be a repeat, of which the first events need not come again. */
function begun({ xid, order }: Counted, repeats: false | undefined): Open {
  const before = repeats === undefined ? order - 1 : 0
  const kept = repeats === undefined ? [] : undefined
  return { xid, first: before + 1, seen: before, kept, half: undefined }
}

/**
 * Makes the source's transactions out of a topic's events, each once and whole. After a crash a connector repeats:
 * whole transactions that came before, or the last events of one that it had begun. What was committed no later than
 * the last transaction that was applied is a repeat; so are events that an open transaction already has.
 */
export function createAssembler({ from, unchanged, gone, dropsRepeats = true }: AssembleOptions) {
  const relations = createRelations(unchanged)
  let { committed } = from
  let open: Open | undefined
  /** Transactions whose connector went back to one before them: they come again, or go on. */
  const interrupted = new Map<number, Open>()

  /** Whether a transaction was applied before; undefined: its end will tell. */
  function isRepeat({ previousCommit }: Counted): boolean | undefined {
    if (!dropsRepeats) return false
    return previousCommit === undefined ? undefined : previousCommit < committed
  }

  function count(event: Counted, into: LogEntry[]): void {
    if (open?.xid !== event.xid) {
      const repeats = isRepeat(event)
      if (repeats === true) return
      const before = interrupted.get(event.xid)
      if (before || repeats === undefined) interrupt()
      else if (open) throw withoutEnd(open, event.xid)
      open = before ?? begun(event, repeats)
      interrupted.delete(event.xid)
      if (!before && repeats === false) into.push({ kind: 'begin', xid: event.xid })
    }
    if (event.order <= open.seen) return
    if (event.order !== open.seen + 1) {
      throw gone(
        `of transaction ${open.xid} it lacks the events ${open.seen + 1} to ${event.order - 1}`,
      )
    }
    open.seen = event.order
    if (!open.kept) return hand(event, into)
    open.kept.push(event)
    if (open.kept.length > mostKept) {
      throw gone(`its connector has lost its offsets within transaction ${open.xid}`)
    }
  }

  function interrupt(): void {
    if (open) interrupted.set(open.xid, open)
    open = undefined
  }

  function withoutEnd({ xid }: Open, next: number): Error {
    return gone(`transaction ${xid} has no end before ${next} begins`)
  }

  function hand(event: Counted, into: LogEntry[]): void {
    if (event.kind === 'truncate') {
      const relation = relations.truncated(event.table)
      const last = into.at(-1)
      // One statement's tables go together, for they may refer to each other.
      if (last?.kind === 'truncate') {
        into[into.length - 1] = { kind: 'truncate', relations: [...last.relations, relation] }
      } else into.push({ kind: 'truncate', relations: [relation] })
    } else if (event.kind === 'row') {
      const change = changeOf(event)
      if (change) into.push(change)
    }
  }

  function changeOf(event: RowEvent): RowChange | undefined {
    const deleted = open!.half
    open!.half = undefined
    if (!event.half) return relations.change(event)
    if (event.operation === 'insert' && deleted) return relations.change(event, deleted)
    open!.half = event
    return undefined
  }

  function end(event: Extract<Event, { kind: 'end' }>, next: bigint, into: LogEntry[]): void {
    if (dropsRepeats && event.committed <= committed) {
      if (open?.xid === event.xid) open = undefined
      interrupted.delete(event.xid)
      return
    }
    const before = interrupted.get(event.xid)
    if (before) {
      interrupt()
      open = before
      interrupted.delete(event.xid)
    }
    if (!open || open.xid !== event.xid) {
      if (event.events > 0)
        throw gone(`it has the end of transaction ${event.xid} and not its events`)
    } else {
      if (open.seen !== event.events) {
        throw gone(`it has ${open.seen} of the ${event.events} events of transaction ${event.xid}`)
      }
      if (open.first > 1) throw gone(`transaction ${open.xid} begins with its event ${open.first}`)
      if (open.kept) {
        into.push({ kind: 'begin', xid: open.xid })
        for (const kept of open.kept) hand(kept, into)
      }
      open = undefined
    }
    for (const lost of interrupted.values()) throw withoutEnd(lost, event.xid)
    committed = event.committed
    into.push({ kind: 'commit', place: formatPlace({ offset: next, committed }) })
  }

  return {
    /** Takes the event at an offset in; adds what is known by it to the entries. */
    take(event: Event, offset: bigint, into: LogEntry[]): void {
      if (event.kind === 'begin') return
      if (event.kind === 'loose')
        throw gone(`at ${offset} it has a change that names no transaction`)
      if (event.kind === 'end') end(event, offset + 1n, into)
      else count(event, into)
    },
  }
}
