import { describe, expect, test } from 'vitest'
import { type Touched, type Window, WindowTracker } from '../../src/stream/window.ts'
import { translationOf } from '../translations.ts'

const books = translationOf('books', ['id', 'title', 'pages'])
const loans = translationOf('loans', ['book'])

/** A tracker with one window over the books, and what became of it. */
function tracked() {
  const tracker = new WindowTracker()
  const became: string[] = []
  let touched: Touched | undefined
  let cameBefore: ((kind: (xid: number) => boolean) => boolean) | undefined
  const window: Window = {
    table: books,
    low: 'low',
    high: 'high',
    atHigh: (seen, before) => {
      touched = seen
      cameBefore = before
      return async () => {}
    },
    applied: () => became.push('applied'),
    broken: () => became.push('broken'),
  }
  tracker.expect(window)
  return { tracker, became, touchedAtHigh: () => touched!, cameBefore: () => cameBefore! }
}

const put = (row: (string | null | undefined)[]) => ({ kind: 'put', table: books, row }) as const

describe('a window between two barriers', () => {
  test('tells what changed in its table between them, and nothing else', () => {
    const { tracker, touchedAtHigh } = tracked()
    tracker.change(put(['1', 'before', '1']))
    tracker.barrier('low')
    tracker.change(put(['2', 'a', '1']))
    tracker.change({ kind: 'delete', table: books, key: ['3'] })
    tracker.change({ kind: 'rekey', table: books, oldKey: ['4'], row: ['5', undefined, '1'] })
    tracker.change({ kind: 'delete', table: loans, key: ['6'] })
    expect(tracker.barrier('high')).toBeTypeOf('function')
    tracker.change(put(['7', 'after', '1']))
    expect([...touchedAtHigh().keys()].toSorted()).toEqual(['2', '3', '4', '5'])
    expect(touchedAtHigh().get('4')).toEqual({ key: ['4'], row: 'gone' })
  })

  test('of a row whose large value was not logged keeps what was, each column by the last change', () => {
    const { tracker, touchedAtHigh } = tracked()
    tracker.barrier('low')
    tracker.change(put(['1', undefined, '1']))
    tracker.change(put(['1', undefined, '2']))
    tracker.change(put(['2', 'whole', '1']))
    tracker.change(put(['2', undefined, '2']))
    tracker.barrier('high')
    expect(touchedAtHigh().get('1')).toEqual({ key: ['1'], row: ['1', undefined, '2'] })
    expect(touchedAtHigh().get('2')).toEqual({ key: ['2'], row: ['2', 'whole', '2'] })
  })

  test('does not take what was read under a key for a row that was moved there', () => {
    const { tracker, touchedAtHigh } = tracked()
    const moved = (oldKey: string, row: (string | undefined)[]) =>
      ({ kind: 'rekey', table: books, oldKey: [oldKey], row }) as const
    tracker.barrier('low')
    tracker.change(moved('1', ['2', undefined, '1']))
    tracker.change(put(['2', undefined, '2']))
    tracker.change(put(['3', 'whole', '1']))
    tracker.change(moved('3', ['4', undefined, '2']))
    tracker.change(moved('5', ['6', undefined, '1']))
    tracker.change(put(['6', 'whole', '1']))
    tracker.barrier('high')
    const rows = Object.fromEntries([...touchedAtHigh()].map(([text, { row }]) => [text, row]))
    expect(rows).toEqual({
      1: 'gone',
      2: 'unknown',
      3: 'gone',
      4: ['4', 'whole', '2'],
      5: 'gone',
      6: ['6', 'whole', '1'],
    })
  })

  test('knows of what is too much to keep that it changed, however often the same rows did', () => {
    const large = (id: string) => put([id, 'x'.repeat(30_000_000), '1'])
    const { tracker, touchedAtHigh } = tracked()
    tracker.barrier('low')
    for (const id of ['1', '2', '1', '2', '3']) tracker.change(large(id))
    tracker.change(put(['4', 'small', '1']))
    tracker.change({ kind: 'delete', table: books, key: ['1'] })
    tracker.change(large('5'))
    expect(tracker.barrier('high')).toBeTypeOf('function')
    const rows = [...touchedAtHigh().values()].map(({ row }) =>
      typeof row === 'string' ? row : '',
    )
    expect(rows).toEqual(['gone', '', 'unknown', '', ''])
  })

  test('is of no use when its table was truncated between them: what was read must not come back', () => {
    const { tracker, became } = tracked()
    tracker.barrier('low')
    tracker.truncated([books])
    expect(tracker.barrier('high')).toBeUndefined()
    expect(became).toEqual(['broken'])
  })

  test('is not disturbed by another table that is truncated, nor by its own before the first barrier', () => {
    const { tracker } = tracked()
    tracker.truncated([books])
    tracker.barrier('low')
    tracker.truncated([loans])
    expect(tracker.barrier('high')).toBeTypeOf('function')
  })

  test('is of no use when its first barrier was not seen, or the stream starts again', () => {
    const one = tracked()
    expect(one.tracker.barrier('high')).toBeUndefined()
    expect(one.became).toEqual(['broken'])
    const two = tracked()
    two.tracker.barrier('low')
    two.tracker.restart()
    expect(two.tracker.barrier('high')).toBeUndefined()
    expect(two.became).toEqual(['broken'])
  })

  test('is applied only when what it did is committed', () => {
    const { tracker, became } = tracked()
    tracker.barrier('low')
    tracker.barrier('high')
    expect(became).toEqual([])
    tracker.committed()
    expect(became).toEqual(['applied'])
  })

  test('knows which transactions came before its first barrier', () => {
    const { tracker, cameBefore } = tracked()
    tracker.transaction(10)
    tracker.transaction(11)
    tracker.barrier('low')
    tracker.transaction(12)
    tracker.barrier('high')
    expect(cameBefore()((xid) => xid === 10)).toBe(true)
    expect(cameBefore()((xid) => xid === 12)).toBe(false)
  })
})
