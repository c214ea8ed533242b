import { allRoles, asEach, type Case, denied, nobody, outsiders, staff } from '../case.ts'

const vet = '{user:veterinarian}'

/** Before there are pets, so that visits can be booked as soon as there are. */
export const schedules: Case[] = [
  {
    name: 'a week of work',
    route: 'PUT /api/staff-schedules',
    as: 'admin',
    json: {
      vetId: vet,
      week: [
        { weekday: 1, starts: '13:00', ends: '17:00' },
        { weekday: 1, starts: '09:00', ends: '12:00' },
        { weekday: 7, starts: '09:00', ends: '12:00' },
      ],
    },
    expect: 200,
    holds: { 'schedules.length': 3, 'schedules.0.starts': '09:00', 'schedules.1.weekday': 1 },
  },
  {
    name: 'a week of one day',
    route: 'PUT /api/staff-schedules',
    as: 'admin',
    json: { vetId: '{user:second-vet}', week: [{ weekday: 1, starts: '16:00', ends: '16:45' }] },
    expect: 200,
  },
  {
    name: 'hours that overlap',
    route: 'PUT /api/staff-schedules',
    as: 'admin',
    json: {
      vetId: vet,
      week: [
        { weekday: 1, starts: '09:00', ends: '12:00' },
        { weekday: 1, starts: '11:59', ends: '13:00' },
      ],
    },
    expect: 400,
    holds: { 'errors.0.field': 'week' },
  },
  {
    name: 'a day that there is not',
    route: 'PUT /api/staff-schedules',
    as: 'admin',
    json: { vetId: vet, week: [{ weekday: 8, starts: '09:00', ends: '12:00' }] },
    expect: 400,
    holds: { 'errors.0.message': 'has a weekday that must be a whole number from 1 to 7' },
  },
  {
    name: 'no vet',
    route: 'PUT /api/staff-schedules',
    as: 'admin',
    json: { vetId: '{user:receptionist}', week: [] },
    expect: 422,
    holds: { code: 'UNKNOWN_VET' },
  },
  ...denied('PUT /api/staff-schedules', '/api/staff-schedules', [
    'veterinarian',
    'receptionist',
    'owner',
    'anonymous',
  ]),
  ...asEach(staff, (as) => ({
    name: 'who works when',
    route: 'GET /api/staff-schedules',
    as,
    expect: 200,
    holds: { 'schedules.length': 4 },
  })),
  {
    name: 'when one vet works',
    route: 'GET /api/staff-schedules',
    as: 'admin',
    path: '/api/staff-schedules?vetId={user:second-vet}',
    expect: 200,
    holds: { 'schedules.length': 1, 'schedules.0.vetName': 'Second Vet' },
  },
  {
    name: 'no vet',
    route: 'GET /api/staff-schedules',
    as: 'admin',
    path: '/api/staff-schedules?vetId=-1',
    expect: 400,
  },
  ...denied('GET /api/staff-schedules', '/api/staff-schedules', outsiders),
]

/** When some visits are booked. */
export const availability: Case[] = [
  ...asEach(allRoles, (as) => ({
    name: 'what is free on a day',
    route: 'GET /api/availability',
    as,
    path: '/api/availability?date=2031-03-03&serviceTypeId={service}&vetId={user:second-vet}',
    expect: 200,
    holds: { minutes: 30, 'slots.length': 2, 'slots.0.start': '2031-03-03T15:00:00.000Z' },
  })),
  {
    name: 'what is booked is not free',
    route: 'GET /api/availability',
    as: 'admin',
    path: '/api/availability?date=2031-03-03&serviceTypeId={service}',
    expect: 200,
    holds: { 'slots.0.start': '2031-03-03T08:30:00.000Z', 'slots.0.vetId': vet },
  },
  {
    name: 'on the day that clocks change, hours are those of the clinic',
    route: 'GET /api/availability',
    as: 'admin',
    path: '/api/availability?date=2031-03-30&serviceTypeId={surgery}',
    expect: 200,
    holds: { minutes: 90, 'slots.0.start': '2031-03-30T07:00:00.000Z' },
  },
  {
    name: 'a day when nobody works',
    route: 'GET /api/availability',
    as: 'admin',
    path: '/api/availability?date=2031-03-04&serviceTypeId={service}',
    expect: 200,
    holds: { 'slots.length': 0 },
  },
  {
    name: 'no day, no service',
    route: 'GET /api/availability',
    as: 'admin',
    path: '/api/availability?date=2031-02-29',
    expect: 400,
    holds: { 'errors.0.field': 'date', 'errors.1.field': 'serviceTypeId' },
  },
  {
    name: 'a service that the clinic does not offer',
    route: 'GET /api/availability',
    as: 'admin',
    path: `/api/availability?date=2031-03-03&serviceTypeId=${nobody}`,
    expect: 422,
    holds: { code: 'UNKNOWN_SERVICE' },
  },
  ...denied('GET /api/availability', '/api/availability', ['anonymous']),
]
