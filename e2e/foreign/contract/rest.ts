import type { Step } from './step.ts'

/** What stays with the monolith. */
export const openingSteps: readonly Step[] = [
  { request: 'GET /health', status: 200, as: 'none' },
  { request: 'GET /nothing', status: 401, as: 'none' },
  { request: 'GET /nothing', status: 404 },
  { request: 'GET /session', status: 401, as: 'none' },
  { request: 'GET /session', status: 200 },
  { request: 'GET /session', status: 200, as: 'clerk' },
  {
    request: 'POST /session',
    status: 401,
    as: 'none',
    form: { login: 'clerk', password: 'supervisor-pass' },
  },
  { request: 'POST /session', status: 400, as: 'none', form: { login: 'clerk' } },
  { request: 'PATCH /session', status: 405, json: {} },
  { request: 'GET /accounts', status: 200 },
  { request: 'GET /accounts/5000000003', status: 200 },
  { request: 'GET /accounts/1', status: 404 },
  { request: 'GET /couriers?zone=EU%2FWest', status: 200 },
  { request: 'PATCH /couriers/2', status: 200, json: { onDuty: true } },
  { request: 'PATCH /couriers/2', status: 200, form: { onDuty: 'false' } },
  { request: 'PATCH /couriers/2', status: 400, json: { onDuty: 1 } },
  { request: 'PATCH /couriers/77', status: 404, json: { onDuty: true } },
]

export const closingSteps: readonly Step[] = [
  {
    request: 'GET /parcels?hub=ODD&status=returned&limit=1',
    status: 200,
    learn: { returned: 'first' },
  },
  { request: 'GET /invoices?parcel={parcel}', status: 200, check: (body) => body === '[]' },
  { request: 'GET /invoices?parcel=none', status: 404 },
  { request: 'POST /invoices', status: 400, json: { parcelId: '{returned}', amount: 'much' } },
  { request: 'POST /invoices', status: 422, json: { parcelId: '1', amount: '1.00' } },
  { request: 'POST /invoices', status: 409, json: { parcelId: '{under-way}', amount: '1.00' } },
  {
    request: 'POST /invoices',
    status: 201,
    json: { parcelId: '{returned}', amount: '19.90' },
    learn: { invoice: 'its' },
  },
  { request: 'GET /invoices/{invoice}', status: 200 },
  { request: 'POST /invoices/{invoice}/payment', status: 200, form: {} },
  { request: 'POST /invoices/{invoice}/payment', status: 409, form: {} },
  { request: 'DELETE /invoices/{invoice}', status: 204 },
  { request: 'GET /invoices/{invoice}', status: 404 },
  { request: 'POST /invoices/1/payment', status: 404, form: {} },
  { request: 'DELETE /parcels/{parcel}', status: 204 },
  { request: 'DELETE /parcels/{form-parcel}', status: 204 },
  { request: 'GET /parcels/{parcel}', status: 404 },
  { request: 'GET /parcels/{parcel}/events', status: 404 },
  { request: 'GET /parcels/{parcel}/labels', status: 200, check: (body) => body === '[]' },
  { request: 'GET /parcels?hub=QQQ', status: 200, check: (body) => body === '[]' },
]
