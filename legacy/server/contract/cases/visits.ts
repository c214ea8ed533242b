import { allRoles, asEach, type Case, denied, nobody, outsiders, staff } from '../case.ts'

/** In UTC, on a Monday in summer. */
const times = { admin: '07:00', veterinarian: '07:30', receptionist: '08:00', owner: '08:30' }
const at = (as: string) => `/api/appointments/{coming:${as}}`

const arriving: Case[] = [
  ...asEach(allRoles, (as) => ({
    name: 'everyone books once more',
    route: 'POST /api/appointments',
    as,
    json: {
      petId: '{pet}',
      vetId: '{user:veterinarian}',
      serviceTypeId: '{service}',
      start: `2031-04-07T${times[as]}:00Z`,
    },
    expect: 201,
    learn: { [`coming:${as}`]: 'id' },
  })),
  {
    name: 'nobody has come yet',
    route: 'POST /api/appointments/:id/complete',
    as: 'veterinarian',
    path: `${at('admin')}/complete`,
    json: { findings: 'Well' },
    expect: 409,
    holds: { message: 'The appointment is booked', code: 'NOT_CHECKED_IN' },
  },
  ...asEach(staff, (as) => ({
    name: 'somebody has come',
    route: 'POST /api/appointments/:id/check-in',
    as,
    path: `${at(as)}/check-in`,
    expect: 200,
    holds: { status: 'checked_in' },
  })),
  {
    name: 'twice',
    route: 'POST /api/appointments/:id/check-in',
    as: 'admin',
    path: `${at('admin')}/check-in`,
    expect: 409,
    holds: { message: 'The appointment is checked in', code: 'NOT_BOOKED' },
  },
  {
    name: 'unknown',
    route: 'POST /api/appointments/:id/check-in',
    as: 'admin',
    path: `/api/appointments/${nobody}/check-in`,
    expect: 404,
  },
  ...denied('POST /api/appointments/:id/check-in', `${at('owner')}/check-in`, outsiders),
]

const reminding: Case[] = [
  {
    name: 'a reminder, and two ask for it at once',
    route: 'POST /api/appointments/:id/reminders',
    as: 'receptionist',
    path: `${at('owner')}/reminders`,
    expect: [201, 409],
    holds: { email: 'owner-{tag}@contract.test' },
  },
  ...asEach(['admin', 'veterinarian'] as const, (as) => ({
    name: 'a reminder of another visit',
    route: 'POST /api/appointments/:id/reminders',
    as,
    path:
      as === 'admin'
        ? '/api/appointments/{contested}/reminders'
        : '/api/appointments/{first visit}/reminders',
    expect: 201,
  })),
  {
    name: 'who is there needs no reminder',
    route: 'POST /api/appointments/:id/reminders',
    as: 'admin',
    path: `${at('admin')}/reminders`,
    expect: 409,
    holds: { code: 'NOT_BOOKED' },
  },
  {
    name: 'unknown',
    route: 'POST /api/appointments/:id/reminders',
    as: 'admin',
    path: '/api/appointments/x/reminders',
    expect: 404,
  },
  ...denied('POST /api/appointments/:id/reminders', `${at('owner')}/reminders`, outsiders),
  ...asEach(staff, (as) => ({
    name: 'what was sent',
    route: 'GET /api/appointments/:id/reminders',
    as,
    path: `${at('owner')}/reminders`,
    expect: 200,
    holds: { 'reminders.length': 1, 'reminders.0.email': 'owner-{tag}@contract.test' },
  })),
  {
    name: 'unknown',
    route: 'GET /api/appointments/:id/reminders',
    as: 'admin',
    path: `/api/appointments/${nobody}/reminders`,
    expect: 404,
  },
  ...denied('GET /api/appointments/:id/reminders', `${at('owner')}/reminders`, outsiders),
]

const completing: Case[] = [
  {
    name: 'with something that is not kept',
    route: 'POST /api/appointments/:id/complete',
    as: 'veterinarian',
    path: `${at('veterinarian')}/complete`,
    json: { findings: 'Well', treatments: [{ itemId: '{unwanted}', quantity: 1 }] },
    expect: 422,
    holds: { message: 'No such item', code: 'UNKNOWN_ITEM' },
  },
  {
    name: 'with nothing to say, for nothing',
    route: 'POST /api/appointments/:id/complete',
    as: 'veterinarian',
    path: `${at('veterinarian')}/complete`,
    json: { vitals: [], weightKg: 0, treatments: [{ quantity: 1, unitPrice: 5 }] },
    expect: 400,
    holds: { 'errors.length': 4, 'errors.0.field': 'findings' },
  },
  {
    name: 'a visit with all that can be written down',
    route: 'POST /api/appointments/:id/complete',
    as: 'veterinarian',
    path: `${at('veterinarian')}/complete`,
    json: {
      findings: 'Limps; “left hind” — 跛行',
      diagnosis: 'Sprain',
      codes: ['M25.5', 'a,b'],
      vitals: { temperature: 38.6, pulse: 92, '2': 'b' },
      weightKg: '12.250',
      treatments: [
        { itemId: '{item}', quantity: 14 },
        { itemId: '{drops}', quantity: '0.5', unitPrice: 10.01, description: 'Drops, opened' },
        { description: 'Bandage', quantity: 1, unitPrice: '8.00' },
      ],
    },
    expect: 200,
    holds: {
      'appointment.status': 'completed',
      'record.vetId': '{user:veterinarian}',
      'record.weightKg': 12.25,
      'record.treatments.0.total': '12.60',
      'record.treatments.1.total': '5.01',
      'record.treatments.2.itemId': null,
      'record.total': '25.61',
      stockTaken: true,
    },
    learn: { record: 'record.id', treatment: 'record.treatments.2.id' },
  },
  {
    name: 'it is out of stock now',
    route: 'GET /api/inventory/:id/movements',
    as: 'admin',
    path: '/api/inventory/{item}/movements?limit=1',
    expect: 200,
    holds: { '0.quantity': '-14.000', '0.appointmentId': '{coming:veterinarian}' },
  },
  {
    name: 'twice',
    route: 'POST /api/appointments/:id/complete',
    as: 'admin',
    path: `${at('veterinarian')}/complete`,
    json: { findings: 'Well' },
    expect: 409,
    holds: { code: 'NOT_CHECKED_IN' },
  },
  {
    name: 'more was given than the shelf had',
    route: 'POST /api/appointments/:id/complete',
    as: 'admin',
    path: `${at('admin')}/complete`,
    json: {
      findings: 'Well',
      treatments: [
        { itemId: '{item}', quantity: 1 },
        { itemId: '{drops}', quantity: 999_999 },
      ],
    },
    expect: 200,
    holds: { 'appointment.status': 'completed', 'record.treatments.length': 2, stockTaken: false },
  },
  {
    name: 'then nothing was taken',
    route: 'GET /api/inventory/:id',
    as: 'admin',
    path: '/api/inventory/{item}',
    expect: 200,
    holds: { onHand: '97.500' },
  },
  {
    name: 'unknown',
    route: 'POST /api/appointments/:id/complete',
    as: 'admin',
    path: `/api/appointments/${nobody}/complete`,
    json: { findings: 'Well' },
    expect: 404,
  },
  ...denied('POST /api/appointments/:id/complete', `${at('receptionist')}/complete`, [
    'receptionist',
    ...outsiders,
  ]),
]

export const visits: Case[] = [...arriving, ...reminding, ...completing]
