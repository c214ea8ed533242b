import { allRoles, asEach, type Case, denied, staff } from '../case.ts'

const list: Case[] = [
  ...asEach(staff, (as) => ({
    name: 'all of the clinic',
    route: 'GET /api/pets',
    as,
    expect: 200,
    holds: { '@x-total-count': '3', length: 3, '0.id': '{other}' },
  })),
  {
    name: 'an owner sees only their own',
    route: 'GET /api/pets',
    as: 'owner',
    expect: 200,
    holds: { '@x-total-count': '2', length: 2, '0.id': '{pet}', '1.id': '{chipless}' },
  },
  {
    name: 'a page',
    route: 'GET /api/pets',
    as: 'admin',
    path: '/api/pets?per_page=1&page=2',
    expect: 200,
    holds: { '@x-total-count': '3', length: 1, '0.id': '{pet}' },
  },
  {
    name: 'of a species',
    route: 'GET /api/pets',
    as: 'admin',
    path: '/api/pets?species=cat&owner_id={owner}',
    expect: 200,
    holds: { '@x-total-count': '1', '0.id': '{chipless}' },
  },
  {
    name: 'by name or microchip or color',
    route: 'GET /api/pets',
    as: 'admin',
    path: '/api/pets?q=BLACK',
    expect: 200,
    holds: { '@x-total-count': '1', '0.id': '{pet}' },
  },
  {
    name: 'by letters beyond ASCII, as they were written',
    route: 'GET /api/pets',
    as: 'admin',
    path: '/api/pets?q=%C3%81%20capital',
    expect: 200,
    holds: { '@x-total-count': '1', '0.id': '{pet}' },
  },
  {
    name: 'no such owner, no such page',
    route: 'GET /api/pets',
    as: 'admin',
    path: '/api/pets?owner_id=5&per_page=0',
    expect: 400,
    holds: {
      message: 'owner_id must be a UUID; per_page must be a whole number from 1 to 100',
      code: 'INVALID',
    },
  },
  ...denied('GET /api/pets', '/api/pets', ['anonymous']),
]

const search: Case[] = [
  ...asEach(staff, (as) => ({
    name: 'by everything at once',
    route: 'POST /api/pets/search',
    as,
    json: {
      text: 'señor',
      species: ['dog', 'cat'],
      sex: 'MN',
      born_from: '2020-02-01',
      born_to: '2020-02-29',
      allergy: 'NULL',
      attributes: { color: 'Black' },
    },
    expect: 200,
    holds: { total: 1, 'results.0.id': '{pet}' },
  })),
  {
    name: 'an owner finds only their own',
    route: 'POST /api/pets/search',
    as: 'owner',
    json: {},
    expect: 200,
    holds: { total: 2, 'results.length': 2 },
  },
  {
    name: 'a part, and how many there are in all',
    route: 'POST /api/pets/search',
    as: 'admin',
    json: { limit: 1, species: null, sex: null },
    expect: 200,
    holds: { total: 3, 'results.length': 1 },
  },
  {
    name: 'criteria that make no sense',
    route: 'POST /api/pets/search',
    as: 'admin',
    json: { text: 5, species: 'dog', sex: 'X', born_from: '01/02/2020', attributes: [], limit: 0 },
    expect: 400,
  },
  ...denied('POST /api/pets/search', '/api/pets/search', ['anonymous']),
]

const one: Case[] = [
  ...asEach(allRoles, (as) => ({
    name: 'who may see this pet',
    route: 'GET /api/pets/:id',
    as,
    path: '/api/pets/{pet}',
    expect: 200,
    holds: { id: '{pet}', name: 'Señor “Fluffy”  小花 Á Capital' },
  })),
  {
    name: 'where it was said to be',
    route: 'GET /api/pets/:id',
    as: 'admin',
    path: '{pet location}',
    expect: 200,
  },
  {
    name: 'an owner does not see those of others',
    isPersonal: true,
    route: 'GET /api/pets/:id',
    as: 'owner',
    path: '/api/pets/{other}',
    expect: 404,
    holds: { message: 'No such pet', code: 'NOT_FOUND' },
  },
  {
    name: 'another clinic does not see it',
    route: 'GET /api/pets/:id',
    as: 'seeded admin',
    path: '/api/pets/{pet}',
    expect: 404,
  },
  {
    name: 'a number too large for the column',
    route: 'GET /api/pets/:id',
    as: 'admin',
    path: '/api/pets/99999999999',
    expect: 404,
  },
  {
    name: 'no number',
    route: 'GET /api/pets/:id',
    as: 'admin',
    path: '/api/pets/search',
    expect: 404,
  },
  ...denied('GET /api/pets/:id', '/api/pets/{pet}', ['anonymous']),
]

export const petsReading: Case[] = [...list, ...search, ...one]
