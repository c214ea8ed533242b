import { describe, expect, test } from 'vitest'
import { TouchedSince } from '../../src/stream/touched.ts'
import { translationOf } from '../translations.ts'

const books = translationOf('books', ['id'])
const loans = translationOf('loans', ['book', 'at'], 2)

const keys = (...ids: string[]) => new Map([[books, new Map(ids.map((id) => [id, [id]]))]])

describe('the keys that changed since they were taken', () => {
  test('are handed over once each, and start anew', () => {
    const touched = new TouchedSince()
    touched.note(keys('1', '2'))
    touched.note(keys('2', '3'))
    expect(touched.count).toBe(3)
    expect(touched.take().map(({ key }) => key)).toEqual([['1'], ['2'], ['3']])
    expect(touched.take()).toEqual([])
  })

  test('come back when they are given back', () => {
    const touched = new TouchedSince()
    const touch = { table: loans, key: ['1', '2024'] }
    touched.giveBack([touch])
    touched.giveBack([touch])
    expect(touched.take()).toEqual([touch])
  })

  test('that are too many to remember are not few: the overflow shows until they are taken', () => {
    const touched = new TouchedSince()
    for (let from = 0; from <= 500_000; from += 1000) {
      touched.note(keys(...Array.from({ length: 1000 }, (_, at) => String(from + at))))
    }
    expect(touched.overflowed).toBe(true)
    touched.note(keys('1'))
    expect(touched.overflowed).toBe(true)
    touched.take()
    expect(touched.overflowed).toBe(false)
  })
})

describe('a watch', () => {
  test('sees what is touched while it lasts, also what was touched before and is again', () => {
    const touched = new TouchedSince()
    touched.note(keys('1', '2'))
    using watch = touched.watch()
    touched.note(keys('2'))
    expect(watch.saw({ table: books, key: ['1'] })).toBe(false)
    expect(watch.saw({ table: books, key: ['2'] })).toBe(true)
    expect(watch.saw({ table: loans, key: ['2', 'x'] })).toBe(false)
  })

  test('sees all rows of a table that is truncated', () => {
    const touched = new TouchedSince()
    using watch = touched.watch()
    touched.noteTruncated(new Set([books]))
    expect(watch.saw({ table: books, key: ['whatever'] })).toBe(true)
    expect(watch.saw({ table: loans, key: ['1', 'x'] })).toBe(false)
  })
})
