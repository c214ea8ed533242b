import { expect, test } from 'vitest'
import { phaseAt, phasesOf, shapes } from '../clinic/phases.ts'
import { thresholdsOf } from '../clinic/thresholds.ts'

test.each(shapes)('the parts of %s take all of its time', (shape) => {
  const parts = phasesOf(shape, 600, 5)
  expect(parts.reduce((sum, { seconds }) => sum + seconds, 0)).toBeCloseTo(600)
})

test('a spike is many times as much, and what is around it is not', () => {
  expect(phasesOf('spike', 100, 5).map(({ times }) => times)).toEqual([0.25, 1, 5, 1])
})

test('each moment belongs to a part, the last one’s stragglers too', () => {
  const parts = phasesOf('spike', 100, 5)
  expect([0, 21, 51, 53, 69, 500].map((at) => phaseAt(parts, at))).toEqual([
    'opening',
    'before',
    'before',
    'spike',
    'after',
    'after',
  ])
})

test.each(['steady', 'soak'] as const)('%s allows no request to fail', (shape) => {
  const thresholds = thresholdsOf(shape, phasesOf(shape, 60, 1), ['owner'])
  expect(thresholds['http_req_failed']).toEqual(['rate==0'])
})

test('a spike may turn away a few while it lasts, and nobody before and after', () => {
  const thresholds = thresholdsOf('spike', phasesOf('spike', 60, 5), ['owner'])
  expect(thresholds['http_req_failed{phase:opening}']).toEqual(['rate==0'])
  expect(thresholds['http_req_failed{phase:before}']).toEqual(['rate==0'])
  expect(thresholds['http_req_failed{phase:spike}']).toEqual(['rate<0.05'])
  expect(thresholds['http_req_failed{phase:after}']).toEqual(['rate==0'])
})
