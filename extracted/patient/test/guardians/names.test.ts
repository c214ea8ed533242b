import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitName } from '../../src/guardians/names.ts'

test.each([
  ['Ada Lovelace', 'Ada', 'Lovelace'],
  ['Cher', 'Cher', null],
  ['', '', null],
  ['Mary  Ann', 'Mary', ' Ann'],
  [' Padded ', '', 'Padded '],
  ['Ada ', 'Ada', ''],
  ['Tab\tbed', 'Tab\tbed', null],
])('%j', (name, given_name, family_name) => {
  expect(splitName(name)).toEqual({ given_name, family_name })
})

test('joined again it is the name that it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(' ', 'a', '\t', '山') }), (name) => {
      const { given_name, family_name } = splitName(name)
      expect(given_name).not.toContain(' ')
      expect(family_name === null ? given_name : `${given_name} ${family_name}`).toBe(name)
    }),
  )
})
