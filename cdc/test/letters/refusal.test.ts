import pg from 'pg'
import { expect, test } from 'vitest'
import { CdcError } from '../../src/errors.ts'
import { isRefusal } from '../../src/letters/refusal.ts'

function complaint(code: string): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError('no', 0, 'error'), { code })
}

test.for([
  ['a check', complaint('23514'), true],
  ['a value that is too long', complaint('22001'), true],
  ['a value that the plan does not list', complaint('SF002'), true],
  ['what a function raised', complaint('P0001'), true],
  ['an index entry that is too large', complaint('54000'), true],
  ['a row that is not there', new CdcError('CANNOT_APPLY', ''), true],
  ['a deadlock', complaint('40P01'), false],
  ['a serialization failure', complaint('40001'), false],
  ['a lock that is not to be had', complaint('55P03'), false],
  ['a server that shuts down', complaint('57P01'), false],
  ['a full disk', complaint('53100'), false],
  ['a table that is gone', complaint('42P01'), false],
  ['a column that is gone', complaint('42703'), false],
  ['a right that is missing', complaint('42501'), false],
  ['the fence', complaint('SF001'), false],
  ['a fence that is open', new CdcError('FENCE_FORBIDS', ''), false],
  ['a broken connection', new Error('Connection terminated unexpectedly'), false],
] as const)('%s is a matter of the row: %3$s', ([, error, is]) => {
  expect(isRefusal(error)).toBe(is)
})
