import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAssembler } from '../../../src/log/debezium/assemble.ts'
import type { Event } from '../../../src/log/debezium/envelope.ts'
import { parsePlace } from '../../../src/log/debezium/place.ts'
import type { LogEntry } from '../../../src/log/log.ts'

const table = { schema: 'public', name: 'pets' }
const gone = (what: string) => new Error(what)

/** What a source commits: how many rows each transaction has, one after the other. */
type History = readonly number[]

const committedAt = (transaction: number) => BigInt(1000 + transaction * 100)

function boundary(kind: 'begin' | 'end', transaction: number, rows: number): Event {
  if (kind === 'begin') return { kind, xid: transaction + 1 }
  return { kind, xid: transaction + 1, committed: committedAt(transaction), events: rows }
}

function row(transaction: number, order: number, knowsPrevious: boolean): Event {
  return {
    kind: 'row',
    xid: transaction + 1,
    order,
    previousCommit: knowsPrevious ? committedAt(transaction - 1) : undefined,
    operation: 'insert',
    table,
    key: ['id'],
    before: null,
    after: { id: `${transaction}.${order}` },
    half: false,
  }
}

/** All messages that a connector has for a history, with the place of each. */
function messagesOf(history: History): { transaction: number; event: Event }[] {
  return history.flatMap((rows, transaction) =>
    [
      boundary('begin', transaction, rows),
      ...Array.from({ length: rows }, (_, at) => row(transaction, at + 1, true)),
      boundary('end', transaction, rows),
    ].map((event) => ({ transaction, event })),
  )
}

interface Crash {
  readonly at: number
  readonly back: number
  /** The connector had noted no commit yet: of what it sends first it does not say what came before. */
  readonly forgets: boolean
}

/**
 * What lies in a topic after crashes: each time the connector goes back to some point that it had noted, between
 * transactions or within one.
 */
function topicOf(history: History, crashes: readonly Crash[]): Event[] {
  const messages = messagesOf(history)
  const topic: Event[] = []
  let next = 0
  /** Of which transaction the connector does not know what came before. */
  let forgotten: number | undefined = 0
  const send = (until: number) => {
    for (; next < until; next++) {
      const { transaction, event } = messages[next]!
      const forgets = event.kind === 'row' && transaction === forgotten
      topic.push(forgets ? { ...event, previousCommit: undefined } : event)
    }
  }
  for (const { at, back, forgets } of crashes) {
    send(Math.min(messages.length, next + at))
    next = Math.max(0, next - back)
    forgotten = forgets ? messages[next]?.transaction : undefined
  }
  send(messages.length)
  return topic
}

const histories = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 8 })
const crashes = fc.array(
  fc.record({
    at: fc.integer({ min: 1, max: 20 }),
    back: fc.integer({ min: 0, max: 25 }),
    forgets: fc.boolean(),
  }),
  { maxLength: 4 },
)

function expected(history: History): string[] {
  return history.flatMap((rows, transaction) => [
    ...Array.from({ length: rows }, (_, at) => `${transaction}.${at + 1}`),
    'commit',
  ])
}

function textsOf(entries: readonly LogEntry[]): string[] {
  return entries.flatMap((entry) => {
    if (entry.kind === 'insert') return [entry.row[0]!]
    return entry.kind === 'commit' ? ['commit'] : []
  })
}

/** Reads a topic; stops after some messages and starts again at its last place, as a worker that was killed does. */
function readAll(topic: readonly Event[], stops: readonly number[], dropsRepeats = true): string[] {
  const done: string[] = []
  let place = '0@0/0'
  for (const stop of [...stops, Infinity]) {
    const from = parsePlace(place)
    const assembler = createAssembler({ from, unchanged: '?', gone, dropsRepeats })
    const entries: LogEntry[] = []
    const until = Math.min(topic.length, Number(from.offset) + stop)
    for (let at = Number(from.offset); at < until; at++) {
      assembler.take(topic[at]!, BigInt(at), entries)
    }
    const last = entries.findLastIndex(({ kind }) => kind === 'commit')
    const whole = entries.slice(0, last + 1)
    done.push(...textsOf(whole))
    const commit = entries[last]
    if (commit?.kind === 'commit') place = commit.place
  }
  return done
}

test('each transaction comes out once, whole and in order, whatever a connector repeats and wherever a worker begins', () => {
  fc.assert(
    fc.property(
      histories,
      crashes,
      fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 3 }),
      (history, crashed, stops) => {
        expect(readAll(topicOf(history, crashed), stops)).toEqual(expected(history))
      },
    ),
    { numRuns: 2000 },
  )
})

test('without the check of positions a repeat would take rows back to what they were', () => {
  const topic = topicOf([1, 1, 1], [{ at: 6, back: 6, forgets: false }])
  expect(readAll(topic, [6])).toEqual(expected([1, 1, 1]))
  expect(readAll(topic, [6], false)).toEqual([...expected([1, 1]), ...expected([1, 1, 1])])
})

test('a transaction of a connector that has lost its offsets is judged by its end', () => {
  const topic = [
    boundary('begin', 0, 1),
    row(0, 1, false),
    boundary('end', 0, 1),
    boundary('begin', 0, 1),
    row(0, 1, false),
    boundary('end', 0, 1),
    boundary('begin', 1, 2),
    row(1, 1, false),
    row(1, 2, false),
    boundary('end', 1, 2),
  ]
  expect(readAll(topic, [])).toEqual(expected([1, 2]))
})

test('a connector that goes back to its beginning from within a transaction brings it once all the same', () => {
  const topic = topicOf([2, 3], [{ at: 6, back: 6, forgets: true }])
  expect(readAll(topic, [])).toEqual(expected([2, 3]))
})

test.for([
  ['a row', 2, /lacks the events 2 to 2/],
  ['the last row', 3, /has 2 of the 3 events/],
  ['all rows', [1, 2, 3], /not its events/],
  ['the end', 4, /has no end/],
] as const)('a topic that lacks %s of a transaction is found out', ([, lacking, says]) => {
  const topic = messagesOf([3, 1]).map(({ event }) => event)
  const left = topic.filter((_, at) => ![lacking].flat().includes(at as never))
  expect(() => readAll(left, [])).toThrow(says)
})

test('a key change, which arrives as its two halves, is one change', () => {
  const half = (order: number, part: object): Event => ({
    ...(row(0, order, true) as Extract<Event, { kind: 'row' }>),
    half: true,
    ...part,
  })
  const entries: LogEntry[] = []
  const assembler = createAssembler({
    from: parsePlace('0@0/0'),
    unchanged: 'same',
    gone,
  })
  const before = { id: '1', note: null }
  assembler.take(boundary('begin', 0, 2), 0n, entries)
  assembler.take(half(1, { operation: 'delete', before, after: null }), 1n, entries)
  assembler.take(half(2, { operation: 'insert', after: { id: '2', note: 'same' } }), 2n, entries)
  assembler.take(boundary('end', 0, 2), 3n, entries)
  expect(entries).toMatchObject([
    { kind: 'begin', xid: 1 },
    { kind: 'update', old: ['1', null], row: ['2', undefined] },
    { kind: 'commit', place: '4@0/3E8' },
  ])
})
