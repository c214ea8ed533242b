import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startPostgres, type TestPostgres } from '../../../local/src/testing/index.ts'
import { displayName, literal, parseTableName, quote } from '../../src/plan/index.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

test('A table’s name is read as SQL reads it', () => {
  expect(parseTableName('Pets')).toEqual({ schema: 'public', name: 'pets' })
  expect(parseTableName('clinic.Pets')).toEqual({ schema: 'clinic', name: 'pets' })
  expect(parseTableName('"Clinic"."Odd ""one"""')).toEqual({ schema: 'Clinic', name: 'Odd "one"' })
  expect(parseTableName('pets', 'depot')).toEqual({ schema: 'depot', name: 'pets' })
  for (const wrong of ['', 'a.b.c', 'pets;', '"open', 'a b', '1a', '.a']) {
    expect(parseTableName(wrong)).toBeUndefined()
  }
})

test('A name that is shown can be read again', () => {
  const name = fc.string({ minLength: 1, unit: 'grapheme' })
  fc.assert(
    fc.property(name, name, (schema, name) => {
      expect(parseTableName(displayName({ schema, name }))).toEqual({ schema, name })
    }),
  )
})

test('Postgres takes every quoted name and text for what it is', async () => {
  await using database = await postgres.createDatabase()
  const character = fc.constantFrom('a', 'Z', '"', "'", '\\', ' ', 'é', '漢', '🐈', '$', '%', ';')
  const text = fc.string({ unit: character, minLength: 1, maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(text, async (text) => {
      const sql = `select ${literal(text)} as ${quote(text)}`
      const { rows, fields } = await database.app.query(sql)
      expect(fields[0]?.name).toBe(text)
      expect(rows[0]).toEqual({ [text]: text })
    }),
  )
})
