import { allButAdmin, type Case, denied } from '../case.ts'

const of = (table: string, key: string, holds: Case['holds']): Case => ({
  name: `what happened to one of the ${table}`,
  route: 'GET /api/audit',
  as: 'admin',
  path: `/api/audit?table=${table}&key=${key}`,
  expect: 200,
  ...(holds ? { holds } : {}),
})

export const audit: Case[] = [
  of('owners', '{leaver}', {
    'entries.length': 2,
    'entries.0.action': 'delete',
    'entries.0.actor': 'receptionist-{tag}@contract.test',
    'entries.1.change.full_name': '100% _sure\\',
  }),
  of('pets', '{found}', {
    'entries.length': 2,
    'entries.0.action': 'update',
    'entries.0.change.deleted_at.from': null,
  }),
  of('pets', '{pet}', { more: false }),
  of('pets', '{other}', { more: false }),
  of('vaccinations', '{coming}', {
    'entries.length': 3,
    'entries.1.change.status.to': 'done',
    'entries.2.actor': 'admin-{tag}@contract.test',
  }),
  of('vaccinations', '{elsewhere}', { 'entries.0.action': 'delete' }),
  of('appointments', '{visit:owner}', {
    'entries.0.change.status': { from: 'booked', to: 'cancelled' },
    'entries.0.actor': 'owner-{tag}@contract.test',
  }),
  of('purchase_orders', '{order:receptionist}', {
    'entries.length': 3,
    'entries.0.change.status': { from: 'ordered', to: 'received' },
    'entries.2.change.made_by': '{user:receptionist}',
  }),
  of('medical_records', '{record}', {
    'entries.length': 3,
    'entries.0.change.diagnosis.to': 'Sprain (veterinarian)',
    'entries.2.change.appointment_id': '{coming:veterinarian}',
  }),
  of('treatments', '{treatment}', {
    'entries.0.action': 'delete',
    'entries.1.change.description': 'Bandage',
  }),
  {
    name: 'what somebody did, the last of it',
    route: 'GET /api/audit',
    as: 'admin',
    path: '/api/audit?table=owners&actor=receptionist-{tag}@contract.test&limit=1',
    expect: 200,
    holds: { 'entries.length': 1, more: true },
    learn: { entry: 'entries.0.id' },
  },
  {
    name: 'and what was before',
    route: 'GET /api/audit',
    as: 'admin',
    path: '/api/audit?table=owners&actor=receptionist-{tag}@contract.test&limit=1&before={entry}',
    expect: 200,
    holds: { 'entries.length': 1, 'entries.0.action': 'update' },
  },
  {
    name: 'a table that is not watched',
    route: 'GET /api/audit',
    as: 'admin',
    path: '/api/audit?table=users&limit=0&before=-1',
    expect: 400,
  },
  ...denied('GET /api/audit', '/api/audit', allButAdmin),
]
