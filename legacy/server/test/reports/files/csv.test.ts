import { expect, test } from 'vitest'
import { toCsv } from '../../../src/reports/files/csv.ts'

const lineOf = (...row: (string | number)[]) =>
  toCsv({ title: 'T', columns: ['A'], rows: [row] })
    .toString()
    .split('\r\n')[1]

test('it begins with the mark that says UTF-8, then the columns', () => {
  expect(toCsv({ title: 'T', columns: ['Ä', 'B'], rows: [] }).toString()).toBe('\uFEFFÄ,B\r\n')
})

test('what would end a cell is quoted', () => {
  expect(lineOf('a,b', 'c "d"', 'e\nf', 1.5)).toBe('"a,b","c ""d""","e\nf",1.5')
})

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1'])('%j is kept from being a formula', (text) => {
  expect(lineOf(text)).toBe(`'${text}`)
})
