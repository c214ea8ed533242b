import { expect, test } from 'vitest'
import { createAdmissions } from '../../src/hold/admission.ts'

const key = 'a key'

test('an admission tells the slice and the epoch that it was issued for, to every proxy with the key', () => {
  const issued = createAdmissions(key, () => 1000).issue('patients', 7)
  expect(createAdmissions(key, () => 1000).read(issued)).toEqual({ slice: 'patients', epoch: 7 })
})

test('it lasts a minute', () => {
  let now = 1000
  const admissions = createAdmissions(key, () => now)
  const issued = admissions.issue('patients', 7)
  now += 60_000
  expect(admissions.read(issued)).toBeDefined()
  now += 1
  expect(admissions.read(issued)).toBeUndefined()
})

test('one that another key signed is none', () => {
  const issued = createAdmissions('another key', () => 1000).issue('patients', 7)
  expect(createAdmissions(key, () => 1000).read(issued)).toBeUndefined()
})

test.each([
  ['slice', /^patients/, 'visits'],
  ['epoch', /\.7\./, '.8.'],
  ['end', /\.61000\./, '.99000.'],
  ['signature', /.$/, ''],
])('one whose %s was changed is none', (_, from, to) => {
  const admissions = createAdmissions(key, () => 1000)
  const issued = admissions.issue('patients', 7)
  expect(issued).toMatch(from)
  expect(admissions.read(issued.replace(from, to))).toBeUndefined()
})

test.each(['', '.', '...', 'patients', 'patients.7.61000', 'patients.7.61000.', '\u00e9.1.2.3'])(
  '"%s" is none',
  (text) => {
    expect(createAdmissions(key, () => 1000).read(text)).toBeUndefined()
  },
)
