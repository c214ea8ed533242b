import { expect, test } from 'vitest'
import { ApiError } from '../../src/api/errors.ts'
import { problemsOf } from '../../src/ui/form-problems.ts'

const has = (name: string) => ['name', 'microchip', 'start'].includes(name)
const failed = (failure: Partial<ApiError>) =>
  new ApiError('What happened.', { status: 400, ...failure })

test('a problem of a field goes next to its control', () => {
  const problems = problemsOf(failed({ fields: [{ field: 'name', message: 'is required' }] }), has)
  expect([...problems.byName]).toEqual([['name', 'is required']])
  expect(problems.general).toBeUndefined()
})

test('a code that is about one field goes there, too', () => {
  const problems = problemsOf(failed({ status: 409, code: 'MICROCHIP_TAKEN' }), has)
  expect([...problems.byName]).toEqual([['microchip', 'What happened.']])
})

test('what has no control in the form is said above it', () => {
  expect(problemsOf(failed({ code: 'SPECIES_EXISTS' }), has).general).toBe('What happened.')
  const fields = [
    { field: 'name', message: 'is required' },
    { field: 'body', message: 'has a value that fits nowhere' },
  ]
  const problems = problemsOf(failed({ fields }), has)
  expect([...problems.byName.keys(), problems.general]).toEqual(['name', 'What happened.'])
})
