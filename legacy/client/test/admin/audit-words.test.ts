import { expect, test } from 'vitest'
import { changesOf, pageOf } from '../../src/admin/audit-words.ts'

test('an update tells what each column was and is', () => {
  const change = { microchip: { from: null, to: '985' }, allergies: { from: ['beef'], to: [] } }
  expect(changesOf({ action: 'update', change })).toEqual([
    { column: 'microchip', from: null, to: '985' },
    { column: 'allergies', from: '["beef"]', to: '[]' },
  ])
})

test('a new row tells the columns that have a value', () => {
  const change = { name: 'Rex', weight_kg: 12.5, notes: null }
  expect(changesOf({ action: 'insert', change })).toEqual([
    { column: 'name', from: null, to: 'Rex' },
    { column: 'weight_kg', from: null, to: '12.5' },
  ])
})

test('a deleted row tells what is gone', () => {
  expect(changesOf({ action: 'delete', change: { name: 'Rex' } })).toEqual([
    { column: 'name', from: 'Rex', to: null },
  ])
})

test('only what still exists and has a page is linked', () => {
  const entry = { id: '1', at: '', actor: null, key: '7', action: 'update', change: {} } as const
  expect(pageOf({ ...entry, table: 'pets' })).toBe('/patients/7')
  expect(pageOf({ ...entry, table: 'owners' })).toBe('/owners/7')
  expect(pageOf({ ...entry, table: 'appointments' })).toBeNull()
  expect(pageOf({ ...entry, table: 'pets', action: 'delete' })).toBeNull()
})
