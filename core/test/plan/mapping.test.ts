import { describe, expect, test } from 'vitest'
import {
  type ColumnMapping,
  columnsOf,
  constant,
  counterpart,
  defaulted,
  enumerated,
  join,
  jsonPath,
  rename,
  cast,
  split,
  table,
} from '../../src/plan/index.ts'

test.for<[ColumnMapping, readonly string[], readonly string[]]>([
  [rename('name', 'title'), ['name'], ['title']],
  [cast('born', 'born_on'), ['born'], ['born_on']],
  [cast('born'), ['born'], ['born']],
  [split('owner', ['first', 'last'], ' '), ['owner'], ['first', 'last']],
  [join(['street', 'town'], 'address', ', '), ['street', 'town'], ['address']],
  [enumerated('sex', 'sex', { M: 'male' }), ['sex'], ['sex']],
  [jsonPath('more', { chip: 'chip_number' }, 'rest'), ['more'], ['chip_number', 'rest']],
  [jsonPath('more', { chip: 'chip' }), ['more'], ['chip', 'more']],
  [constant('legacy', 'kind', 'pet'), ['kind'], []],
  [defaulted('service', 'created'), [], ['created']],
])('A mapping uses just the columns that it names: %o', ([mapping, legacy, service]) => {
  expect(columnsOf(mapping, 'legacy')).toEqual(legacy)
  expect(columnsOf(mapping, 'service')).toEqual(service)
})

describe('The column that holds the same on the other side', () => {
  const pets = table('pets', {
    columns: [rename('id', 'animal_id'), cast('no', 'number'), split('owner', ['a', 'b'], ' ')],
  })

  test('is the renamed or cast one, in both directions', () => {
    expect(counterpart(pets, 'legacy', 'id')).toBe('animal_id')
    expect(counterpart(pets, 'service', 'animal_id')).toBe('id')
    expect(counterpart(pets, 'service', 'number')).toBe('no')
  })

  test('has the same name when nothing is said of it', () => {
    expect(counterpart(pets, 'legacy', 'weight')).toBe('weight')
  })

  test('is none when one becomes two', () => {
    expect(counterpart(pets, 'legacy', 'owner')).toBeUndefined()
    expect(counterpart(pets, 'service', 'a')).toBeUndefined()
  })
})
