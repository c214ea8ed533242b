import { expect, test } from 'vitest'
import { iconOf, kindInWords, wordsIn } from '../../src/inbox/words.ts'

test('a template asks for each of its words once', () => {
  expect(
    wordsIn(['Order soon: {{item}}', 'There are {{onHand}} of {{item}} left, {not this}.']),
  ).toEqual(['item', 'onHand'])
})

test('a kind that nobody has drawn a picture for has the bell', () => {
  expect(['appointment-reminder', 'stock-low', 'party'].map(iconOf)).toEqual([
    'calendar',
    'box',
    'bell',
  ])
  expect(kindInWords('appointment-reminder')).toBe('Appointment reminder')
})
