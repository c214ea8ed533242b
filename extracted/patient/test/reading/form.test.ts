import { expect, test } from 'vitest'
import { fill, fillSent, nullable, optional } from '../../src/reading/form.ts'
import { wholeNumber } from '../../src/reading/numbers.ts'
import { text } from '../../src/reading/texts.ts'

const form = { name: text(5), count: wholeNumber(1, 3), note: optional(nullable(text(2)), 'x') }

test('a form that is filled in well gives its values, with what was left out', () => {
  expect(fill(form, { name: 'Rex', count: 3, other: true })).toEqual({
    name: 'Rex',
    count: 3,
    note: 'x',
  })
})

test('all problems are told at once, in the order of the form', () => {
  expect(() => fill(form, { note: 'long', count: 4 })).toThrow(
    'name is required; count must be a whole number from 1 to 3; note must be at most 2 characters long',
  )
})

test('of a change only what was sent counts, and null was sent', () => {
  expect(fillSent(form, { note: null, other: 1 })).toEqual({ note: null })
  expect(() => fillSent(form, { name: null })).toThrow('name must be text')
})

test.each([[null], [[]], ['text'], [5], [undefined]])('%j is no form', (sent) => {
  expect(() => fill({}, sent)).toThrow('body must be a JSON object')
})
