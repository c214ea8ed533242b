import type { DeadLetter } from '@strangler/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyOf, keyText, overlay, type TableChange } from '../../src/apply/batch.ts'
import { chainsOf, changeOf, collapse } from '../../src/letters/chains.ts'
import type { Value } from '../../src/log/log.ts'
import { translationOf } from '../translations.ts'

const pets = translationOf('pets', ['id', 'name', 'photo'])

type Rows = Map<string, readonly Value[]>

const key = fc.constantFrom('1', '2', '3')
const changes = fc.array(
  fc.oneof(
    fc
      .record({
        id: key,
        name: fc.constantFrom('Rex', 'Ada', null),
        photo: fc.option(fc.constantFrom('x', 'y'), { nil: undefined }),
      })
      .map(({ id, name, photo }): TableChange => ({
        kind: 'put',
        table: pets,
        row: [id, name, photo],
      })),
    key.map((id): TableChange => ({ kind: 'delete', table: pets, key: [id] })),
    fc
      .record({ from: key, to: fc.constantFrom('4', '5', '1'), name: fc.constantFrom('Bo', null) })
      .map(({ from, to, name }): TableChange => ({
        kind: 'rekey',
        table: pets,
        oldKey: [from],
        row: [to, name, undefined],
      })),
  ),
  { maxLength: 12 },
)

/** Does one change as a database would; false if it cannot be. */
function carryOut(rows: Rows, change: TableChange): boolean {
  if (change.kind === 'delete') return rows.delete(keyText(change.key))
  const to = keyText(keyOf(pets, change.row))
  const from = change.kind === 'rekey' ? keyText(change.oldKey) : to
  const before = rows.get(from)
  if (change.kind === 'rekey' && (!before || from === to || rows.has(to))) return false
  if (!before && change.row.includes(undefined)) return false
  rows.delete(from)
  rows.set(to, overlay(before, change.row))
  return true
}

const before: Rows = new Map([
  ['1', ['1', 'first', 'p1']],
  ['2', ['2', 'second', 'p2']],
])

test('what changes come to at once is what they come to one after the other', () => {
  fc.assert(
    fc.property(changes, (wanted) => {
      const source: Rows = new Map(before)
      const log = wanted.filter((change) => carryOut(source, change))
      const target: Rows = new Map(before)
      const ends = collapse(log)
      // Rows that exchange their keys need a third one for a moment, which only the changes themselves have.
      const moves = new Map(
        ends.flatMap((end) =>
          end.kind === 'rekey' ? [[keyText(end.oldKey), keyText(keyOf(pets, end.row))]] : [],
        ),
      )
      fc.pre(![...moves].some(([from, to]) => moves.get(to) === from))
      for (const end of ends) {
        const isNew = end.kind === 'rekey' && !target.has(keyText(end.oldKey))
        carryOut(target, isNew ? { kind: 'put', table: pets, row: end.row } : end)
      }
      expect(target).toEqual(source)
    }),
    { numRuns: 2000 },
  )
})

test('a value that was never right is not among what changes come to', () => {
  const wrong: TableChange[] = [
    { kind: 'put', table: pets, row: ['7', 'far too long', 'p'] },
    { kind: 'rekey', table: pets, oldKey: ['7'], row: ['8', 'far too long', undefined] },
    { kind: 'put', table: pets, row: ['8', 'Rex', undefined] },
  ]
  expect(collapse(wrong)).toEqual([
    { kind: 'rekey', table: pets, oldKey: ['7'], row: ['8', 'Rex', 'p'] },
  ])
})

function letter(id: number, fields: Partial<DeadLetter>): DeadLetter {
  const row = { name: null, id: '1', gone: 'column' }
  return { id, sourceTable: 'public.pets', kind: 'put', key: ['1'], row, ...fields } as DeadLetter
}

test('a letter is read in the order of the columns that the plan has now; what it does not hold is unknown', () => {
  expect(changeOf(letter(1, {}), pets)).toMatchObject({ kind: 'put', row: ['1', null, undefined] })
  expect(changeOf(letter(1, { kind: 'delete', row: null }), pets)).toMatchObject({ key: ['1'] })
})

test('letters are one chain when a key leads from one to the other, over as many as it takes', () => {
  const rekey = (id: number, from: string, to: string) =>
    letter(id, { kind: 'rekey', key: [from], row: { id: to } })
  const letters = [
    letter(1, { row: { id: '1' } }),
    letter(2, { row: { id: '9' } }),
    rekey(3, '1', '2'),
    rekey(4, '5', '6'),
    rekey(5, '2', '5'),
    letter(6, { kind: 'delete', key: ['6'], row: null }),
  ]
  const opened = letters.map((one) => ({ letter: one, change: changeOf(one, pets) }))
  const ids = chainsOf(opened).map((chain) => chain.map((one) => one.letter.id))
  expect(ids).toEqual([[1, 3, 4, 5, 6], [2]])
})
