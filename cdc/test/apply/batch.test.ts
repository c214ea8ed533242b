import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Batch, keyText, type PendingTable, type TableChange } from '../../src/apply/batch.ts'
import type { Value } from '../../src/log/log.ts'
import { translationOf } from '../translations.ts'

const books = translationOf('books', ['id', 'title', 'pages'])

type Rows = Map<string, readonly Value[]>
type Change = Exclude<TableChange, { kind: 'rekey' }>

/** What a database does with one change after the other. */
function oneByOne(rows: Rows, changes: readonly Change[]): Rows {
  const after = new Map(rows)
  for (const change of changes) {
    if (change.kind === 'delete') after.delete(keyText(change.key))
    else {
      const key = String(change.row[0])
      const before = after.get(key)
      after.set(
        key,
        change.row.map((value, at) => (value === undefined ? before![at] : value)),
      )
    }
  }
  return after
}

/** What is done with a collapsed batch: deletes, then whole rows, then the columns that are known of others. */
function collapsed(rows: Rows, { rows: pending }: PendingTable): Rows {
  const after = new Map(rows)
  const all = [...pending.values()]
  for (const { removed, key } of all) if (removed) after.delete(keyText(key))
  for (const { row, whole } of all) if (row && whole) after.set(String(row[0]), row)
  for (const { row, whole } of all) {
    if (!row || whole) continue
    const before = after.get(String(row[0]))
    expect(before, 'a part of a row that is not there').toBeDefined()
    after.set(
      String(row[0]),
      row.map((value, at) => (value === undefined ? before![at] : value)),
    )
  }
  return after
}

const step = fc.record({
  id: fc.integer({ min: 0, max: 3 }),
  kind: fc.constantFrom('put', 'patch', 'delete'),
  title: fc.option(fc.constantFrom('a', 'b'), { nil: null }),
  pages: fc.constantFrom('1', '2'),
})

test('a collapsed batch leaves the rows that its changes leave one by one', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const start: Rows = new Map([
        ['0', ['0', 'old', '0']],
        ['1', ['1', null, '0']],
      ])
      const present = new Set(start.keys())
      const changes = steps.flatMap(({ id, kind, title, pages }): Change[] => {
        const key = String(id)
        if (kind === 'put') {
          present.add(key)
          return [{ kind: 'put', table: books, row: [key, title, pages] }]
        }
        if (!present.has(key)) return [] // A log changes only rows that are there.
        if (kind === 'patch') return [{ kind: 'put', table: books, row: [key, undefined, pages] }]
        present.delete(key)
        return [{ kind: 'delete', table: books, key: [key] }]
      })
      const batch = new Batch()
      for (const change of changes) batch.add(change)
      const [pending] = batch.tables()
      const result = pending ? collapsed(start, pending) : start
      expect(Object.fromEntries(result)).toEqual(Object.fromEntries(oneByOne(start, changes)))
    }),
  )
})

test('composite keys whose texts run together are told apart', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string(), { minLength: 2, maxLength: 2 }),
      fc.array(fc.string(), { minLength: 2, maxLength: 2 }),
      (one, two) => {
        expect(keyText(one) === keyText(two)).toBe(one[0] === two[0] && one[1] === two[1])
      },
    ),
  )
})
