import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scalarsOf } from '../../contract/json-scalars.ts'

test('each scalar is found where it is, with the way to it', () => {
  const json = '{ "a": [1, {"b\\"c": "x,}"}, []], "": null, "d": -1.50e3 }'
  const found = scalarsOf(json).map(({ path, start, end }) => [path, json.slice(start, end)])
  expect(found).toEqual([
    [['a', '0'], '1'],
    [['a', '1', 'b"c'], '"x,}"'],
    [[''], 'null'],
    [['d'], '-1.50e3'],
  ])
})

test('a text that is a scalar is one', () => {
  expect(scalarsOf('"a"')).toEqual([{ path: [], start: 0, end: 3 }])
})

test('the scalars of any JSON are those that parsing finds', () => {
  fc.assert(
    fc.property(fc.jsonValue().map(withPlainKeys), (value) => {
      const json = JSON.stringify(value)
      const found = scalarsOf(json).map(({ path, start, end }) => [
        path.join('/'),
        json.slice(start, end),
      ])
      expect(found).toEqual(leavesOf(value))
    }),
  )
})

/** A letter before each key: objects would sort keys that are numbers. */
function withPlainKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withPlainKeys)
  if (typeof value !== 'object' || value === null) return value
  const pairs = Object.entries(value)
  return Object.fromEntries(pairs.map(([key, each]) => [`k${key}`, withPlainKeys(each)]))
}

function leavesOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [[path.join('/'), JSON.stringify(value)]]
  return Object.entries(value).flatMap(([key, each]) => leavesOf(each, [...path, key]))
}
