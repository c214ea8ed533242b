import { describe, expect, test } from 'vitest'
import type { Pet } from '../../src/api/patients.ts'
import { ownerChanges } from '../../src/patients/owner-changes.ts'
import { petChanges } from '../../src/patients/pet-changes.ts'
import { money } from '../../src/patients/words.ts'
import { Values } from '../../src/ui/values.ts'

const pet: Pet = {
  id: 6001,
  owner_id: '0a18ad68-1afb-424f-9693-dbe34260930d',
  owner_name: 'Ada Lovelace',
  species_code: 'dog',
  name: ' Rex',
  sex: 'MN',
  birth_date: '2020-02-29',
  weight_kg: 12.5,
  microchip: '985000000000001',
  allergies: ['a,b', 'beef'],
  attributes: { color: '', breed: 'Beagle', '': null, n: { deep: [1e21] } },
  insurance_limit: '1500.00',
  last_vaccinated_on: null,
}

function valuesOf(fields: Readonly<Record<string, string>>): Values {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  return new Values(form)
}

const untouched = {
  owner_id: pet.owner_id,
  name: ' Rex',
  species_code: 'dog',
  sex: 'MN',
  birth_date: '2020-02-29',
  weight_kg: '12.5',
  microchip: '985000000000001',
  allergies: 'a,b\r\nbeef',
  breed: 'Beagle',
  color: '',
  temperament: '',
  insurance_limit: '1500.00',
}

const changesOf = (fields: object) => petChanges(valuesOf({ ...untouched, ...fields }), pet)

describe('of a pet that exists', () => {
  test('nothing is sent of a form that nobody touched', () => {
    expect(changesOf({})).toEqual({})
  })

  test.each([
    [{ name: ' Max ' }, { name: 'Max' }],
    [{ weight_kg: '12,75' }, { weight_kg: '12.75' }],
    [{ weight_kg: '12,50' }, {}],
    [{ weight_kg: '' }, { weight_kg: null }],
    [{ insurance_limit: '1500' }, {}],
    [{ microchip: '985 000-000 000 002' }, { microchip: '985000000000002' }],
    [{ microchip: '' }, { microchip: null }],
    [{ birth_date: '' }, { birth_date: null }],
    [{ allergies: '\n beef \n\n' }, { allergies: ['beef'] }],
    [{ allergies: '' }, { allergies: [] }],
  ])('%j sends %j', (typed, sent) => {
    expect(changesOf(typed)).toEqual(sent)
  })

  test('attributes that no form knows of stay', () => {
    expect(changesOf({ color: 'black', breed: '' })).toEqual({
      attributes: { color: 'black', '': null, n: { deep: [1e21] } },
    })
  })
})

test('of a new pet everything is sent', () => {
  expect(petChanges(valuesOf({ ...untouched, weight_kg: '' }))).toMatchObject({
    name: 'Rex',
    weight_kg: null,
    attributes: { breed: 'Beagle' },
  })
})

test('of an owner, an empty phone number stays as empty as it was', () => {
  const owner = {
    id: 'x',
    fullName: 'Ada',
    email: null,
    phone: '',
    address: null,
    notes: null,
    marketingOptIn: false,
    createdAt: '',
  }
  const typed = { fullName: 'Ada', email: '', phone: '', notes: '' }
  expect(ownerChanges(valuesOf(typed), owner)).toEqual({})
  expect(ownerChanges(valuesOf({ ...typed, city: 'Bristol' }), owner)).toEqual({
    address: { city: 'Bristol' },
  })
})

test('money keeps every digit', () => {
  expect(['0.00', '45.00', '1500.00', '9999999999.99'].map(money)).toEqual([
    '0.00',
    '45.00',
    '1,500.00',
    '9,999,999,999.99',
  ])
})
