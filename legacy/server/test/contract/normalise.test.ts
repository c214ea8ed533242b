import { expect, test } from 'vitest'
import { createNormaliser } from '../../contract/normalise.ts'

test('an id is the same wherever it appears, and its type stays', () => {
  const { path, json } = createNormaliser('ktag')
  expect(path('/api/pets/17?owner_id=ab')).toBe('/api/pets/<pet:1>?owner_id=<owner:1>')
  expect(json('{"id":18,"withPetId":"17"}', '/api/pets/17')).toBe(
    '{"id":<pet:2>,"withPetId":"<pet:1>"}',
  )
})

test('ids of different kinds do not meet', () => {
  const { json } = createNormaliser('ktag')
  expect(json('{"id":"5","petId":5}', '/api/vaccinations/5')).toBe(
    '{"id":"<vaccination:1>","petId":<pet:1>}',
  )
})

test('times keep their shape', () => {
  const { json } = createNormaliser('ktag')
  const at = (time: string) => json(`{"createdAt":"${time}"}`, '/api/owners')
  expect(at('2024-05-31T10:00:00.123456Z')).toBe('{"createdAt":"0000-00-00T00:00:00.000000Z"}')
  expect(at('31/05/2024')).toBe('{"createdAt":"00/00/0000"}')
})

test('all other bytes stay, and null stays null', () => {
  const { json } = createNormaliser('ktag')
  const text = '{ "b" : 1.50, "1":"\\u00e9", "createdAt": null, "a":[ ] }'
  expect(json(text, '/api/pets')).toBe(text)
})

test("the run's tag is replaced everywhere", () => {
  const { json, path } = createNormaliser('ktag')
  expect(json('{"email":"a-ktag@x"}', '/api/users')).toBe('{"email":"a-runstag@x"}')
  expect(path('/api/species/ktag%20newt')).toBe('/api/species/runstag%20newt')
})

test('both halves of a change in the audit log are of their column', () => {
  const { json } = createNormaliser('ktag')
  const entry = '{"entries":[{"id":"9","key":"5","change":{"owner_id":{"from":"a","to":"b"}}}]}'
  expect(json(entry, '/api/audit?table=pets')).toBe(
    '{"entries":[{"id":"<entry:1>","key":"<pet:1>","change":{"owner_id":{"from":"<owner:1>","to":"<owner:2>"}}}]}',
  )
})
