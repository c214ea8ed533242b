import { expect, test } from 'vitest'
import { assignments, Derived, insertion } from '../../src/database/columns.ts'

const doubled = new Derived(2, (placeholder) => `${placeholder} * 2`)

test('an insertion names every column, null and derived ones too', () => {
  expect(insertion({ a: 1, b: null, c: doubled })).toEqual({
    sql: '(a, b, c) values ($1, $2, $3 * 2)',
    values: [1, null, 2],
  })
})

test('assignments leave $1 to the key, and out what is undefined', () => {
  expect(assignments({ a: undefined, b: null, c: doubled })).toEqual({
    sql: 'b = $2, c = $3 * 2',
    values: [null, 2],
  })
})

test('without anything to assign there are none', () => {
  expect(assignments({ a: undefined })).toBeUndefined()
})
