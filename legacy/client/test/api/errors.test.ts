import { describe, expect, test } from 'vitest'
import { readError } from '../../src/api/errors.ts'

const json = 'application/json; charset=utf-8'
const read = (status: number, body: unknown) => readError(status, json, JSON.stringify(body))

describe('each shape of error is understood', () => {
  test('{error} of a refusal', () => {
    const error = read(401, { error: 'Wrong e-mail address or password' })
    expect(error.message).toBe('Wrong e-mail address or password.')
    expect([error.status, error.code, error.fields]).toEqual([401, undefined, []])
  })

  test('{error} of wrong fields, which are named in passing', () => {
    const error = read(400, { error: 'vaccine is required; price must be a number; x' })
    expect(error.fields).toEqual([
      { field: 'vaccine', message: 'is required' },
      { field: 'price', message: 'must be a number' },
    ])
  })

  test('{message, code} of a refusal', () => {
    const error = read(409, { message: 'Another pet has this microchip', code: 'MICROCHIP_TAKEN' })
    expect([error.code, error.message]).toEqual([
      'MICROCHIP_TAKEN',
      'Another pet has this microchip number.',
    ])
  })

  test('{message, code} of wrong fields', () => {
    const message = 'name must not be blank; sex must be one of M, F, MN, FS, U'
    expect(read(400, { message, code: 'INVALID' }).fields).toEqual([
      { field: 'name', message: 'must not be blank' },
      { field: 'sex', message: 'must be one of M, F, MN, FS, U' },
    ])
  })

  test('{title, detail} of a refusal, and of wrong fields', () => {
    expect(read(404, { status: 404, title: 'not found', detail: 'No such export' }).message).toBe(
      'No such export.',
    )
    const detail = 'to must not be before from'
    expect(read(400, { status: 400, title: 'invalid', detail }).fields).toEqual([
      { field: 'to', message: 'must not be before from' },
    ])
  })

  test('{errors} with a field each', () => {
    const errors = [{ field: 'fullName', message: 'is required' }]
    const error = read(400, { errors })
    expect(error.fields).toEqual(errors)
    expect(error.message).toBe('Full name is required.')
  })

  test('a code that nobody has told us of keeps the words of the server', () => {
    const error = read(409, { message: 'The appointment is checked in', code: 'NOT_BOOKED' })
    expect(error.message).toBe('The appointment is checked in.')
  })

  test('plain text', () => {
    const error = readError(404, 'text/plain; charset=utf-8', 'No such attachment')
    expect(error.message).toBe('No such attachment.')
  })
})

describe('what is not for people to read is replaced', () => {
  test.each([
    [401, { error: 'Unauthorized' }, 'You are not signed in any more.'],
    [403, { error: 'Forbidden' }, 'Your role does not allow this.'],
    [503, { error: 'Database unavailable' }, /is not available right now/],
    [500, { error: 'Internal server error' }, /^Something went wrong inside PetSphere/],
    [404, { error: 'Not found' }, 'This is not on file.'],
    [
      400,
      { error: 'givenOn or dueOn is required' },
      'Enter the day it was given or the day it is due.',
    ],
    [
      400,
      { message: 'birth_date must be a date like 2024-05-31', code: 'INVALID' },
      'Birth date must be a real date.',
    ],
    [
      400,
      { errors: [{ field: 'petId', message: 'must be a whole number from 1 to 2147483647' }] },
      'Pet must be chosen.',
    ],
  ])('%i %j', (status, body, words) => {
    expect(read(status, body).message).toMatch(words)
  })

  test('the page of a proxy is not shown', () => {
    const error = readError(502, 'text/html', '<html><h1>Bad gateway</h1></html>')
    expect(error.message).toBe('PetSphere is not answering right now. Try again in a moment.')
  })

  test.each(['', '"text"', 'null', '{', '{"errors":[1]}'])(
    'a body like %s does no harm',
    (body) => {
      expect(readError(400, json, body).message).not.toBe('')
    },
  )
})

test('what passes by itself says so, and how long that takes', () => {
  const error = readError(503, json, '{"error":"Database unavailable"}', '1')
  expect([error.isPassing, error.retryAfterMs]).toEqual([true, 1000])
  expect(read(409, { error: 'x' }).isPassing).toBe(false)
})
