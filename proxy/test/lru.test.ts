import { expect, test } from 'vitest'
import { LruMap } from '../src/lru.ts'

test('what was used least lately is forgotten first, and told', () => {
  const forgotten: number[] = []
  const map = new LruMap<string, number>(2, (value) => forgotten.push(value))
  map.set('a', 1)
  map.set('b', 2)
  map.get('a')
  map.set('c', 3)
  expect(forgotten).toEqual([2])
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, undefined, 3])
})

test('a value that is set again takes no second place', () => {
  const map = new LruMap<string, number>(2)
  map.set('a', 1)
  map.set('b', 2)
  map.set('a', 3)
  expect(map.size).toBe(2)
  expect(map.get('b')).toBe(2)
  expect(map.get('a')).toBe(3)
})

test('what is deleted makes room, and is not told as forgotten', () => {
  const forgotten: number[] = []
  const map = new LruMap<string, number>(1, (value) => forgotten.push(value))
  map.set('a', 1)
  map.delete('a')
  map.set('b', 2)
  expect(forgotten).toEqual([])
  expect([...map.entries()]).toEqual([['b', 2]])
})
