import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatLsn, parseLsn } from '../../../src/log/lsn.ts'
import { createDecoder } from '../../../src/log/pgoutput/decode.ts'

const int16 = (value: number) => Buffer.from([value >> 8, value & 255])
const int32 = (value: number) => Buffer.concat([int16(value >>> 16), int16(value & 0xffff)])
const text = (value: string) => Buffer.from(`${value}\0`)
const column = (value: string | null | undefined) =>
  value === undefined
    ? Buffer.from('u')
    : value === null
      ? Buffer.from('n')
      : Buffer.concat([Buffer.from('t'), int32(Buffer.byteLength(value)), Buffer.from(value)])
const tuple = (...values: (string | null | undefined)[]) =>
  Buffer.concat([int16(values.length), ...values.map(column)])
const relation = Buffer.concat([
  Buffer.from('R'),
  int32(7),
  text('public'),
  text('bücher'),
  Buffer.from('d'),
  int16(2),
  Buffer.from([1]),
  text('id'),
  int32(23),
  int32(-1 >>> 0),
  Buffer.from([0]),
  text('title'),
  int32(25),
  int32(-1 >>> 0),
])

test('a large value that was not logged is undefined, and taken from the old row where that is whole', () => {
  const decode = createDecoder()
  expect(decode(relation)).toBeUndefined()
  const update = Buffer.concat([
    Buffer.from('U'),
    int32(7),
    Buffer.from('N'),
    tuple('1', undefined),
  ])
  expect(decode(update)).toMatchObject({ kind: 'update', row: ['1', undefined], old: undefined })
  const keyed = Buffer.concat([
    Buffer.from('U'),
    int32(7),
    Buffer.from('K'),
    tuple('1', null),
    Buffer.from('N'),
    tuple('2', undefined),
  ])
  expect(decode(keyed)).toMatchObject({ row: ['2', undefined], old: ['1', null] })
  const full = Buffer.concat([
    Buffer.from('U'),
    int32(7),
    Buffer.from('O'),
    tuple('1', 'long'),
    Buffer.from('N'),
    tuple('2', undefined),
  ])
  expect(decode(full)).toMatchObject({ row: ['2', 'long'], old: ['1', 'long'] })
})

test('NULL, the empty text and texts of several bytes a letter are told apart', () => {
  const decode = createDecoder()
  decode(relation)
  const insert = (title: string | null) =>
    decode(Buffer.concat([Buffer.from('I'), int32(7), Buffer.from('N'), tuple('1', title)]))
  expect(insert(null)).toMatchObject({
    kind: 'insert',
    row: ['1', null],
    relation: { name: { schema: 'public', name: 'bücher' }, columns: ['id', 'title'], key: ['id'] },
  })
  expect(insert('')).toMatchObject({ row: ['1', ''] })
  expect(insert('é🐕\n')).toMatchObject({ row: ['1', 'é🐕\n'] })
})

test('a row of a relation that was not described is refused, and messages of no concern are passed over', () => {
  const decode = createDecoder()
  expect(() =>
    decode(Buffer.concat([Buffer.from('I'), int32(8), Buffer.from('N'), tuple('1')])),
  ).toThrow(/relation 8/)
  expect(decode(Buffer.from('Onobody'))).toBeUndefined()
})

test('a place is written as Postgres writes it, and read again', () => {
  expect(formatLsn(0x16b374d848n)).toBe('16/B374D848')
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (lsn) => {
      expect(parseLsn(formatLsn(lsn))).toBe(lsn)
    }),
  )
})
