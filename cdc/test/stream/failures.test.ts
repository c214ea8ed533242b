import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { CdcError } from '../../src/errors.ts'
import { blame, explain, remedyFor } from '../../src/stream/failures.ts'
import { translationOf } from '../translations.ts'

function complaint(code: string, fields: Partial<pg.DatabaseError> = {}): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError('it is refused', 0, 'error'), { code, ...fields })
}

describe('what to do about a failure', () => {
  test.for([
    ['a deadlock', complaint('40P01'), 'again'],
    ['a lock that is not to be had', complaint('55P03'), 'again'],
    ['a serialization failure', complaint('40001'), 'again'],
    ['a server that shuts down', complaint('57P01'), 'reconnect'],
    ['too many connections', complaint('53300'), 'reconnect'],
    ['a slot that another session still has', complaint('55006'), 'reconnect'],
    ['a refused connection', Object.assign(new Error('no'), { code: 'ECONNREFUSED' }), 'reconnect'],
    // As many letters as an SQLSTATE.
    ['a broken pipe', Object.assign(new Error('no'), { code: 'EPIPE' }), 'reconnect'],
    ['a connection that pg gave up', new Error('Connection terminated unexpectedly'), 'reconnect'],
    ['a check constraint', complaint('23514'), 'stop'],
    ['a value that a type cannot hold', complaint('22003'), 'stop'],
    ['a table that is gone', complaint('42P01'), 'stop'],
    ['a fence that is open', new CdcError('FENCE_FORBIDS', ''), 'again'],
    ['a position that somebody else moved', new CdcError('POSITION_MOVED', ''), 'reconnect'],
    ['a slot that is gone', new CdcError('LOG_GONE', ''), 'stop'],
  ] as const)('%s: %3$s', ([, error, remedy]) => {
    expect(remedyFor(error)).toBe(remedy)
  })
})

test('a complaint is explained with stream, tables, key, SQLSTATE and constraint', () => {
  const table = translationOf('books', ['id', 'title'])
  const error = complaint('23514', {
    constraint: 'long_enough',
    detail: 'Failing row contains (7).',
  })
  blame(error, { kind: 'put', table, row: ['7', 'x'] })
  const explained = explain(error, 'library:forward') as CdcError
  expect(explained.message).toMatch(
    /library:forward cannot apply a change of public\.books \(7\) to public\.books: it is refused \(SQLSTATE 23514; constraint long_enough; Failing row contains \(7\)\.\)/,
  )
  expect(explained.details).toMatchObject({ code: '23514', constraint: 'long_enough', key: ['7'] })
})

test('the row is not blamed for what its connection suffered', () => {
  const error = complaint('40P01', { schema: 'public', table: 'books' })
  blame(error, { kind: 'delete', table: translationOf('books', ['id']), key: ['7'] })
  expect(explain(error, 'library:forward').message).not.toContain('(7)')
})
