import type { Step } from './step.ts'

export const contractZone = 'Contract/Zoné'
const made = `/rates/${encodeURIComponent(contractZone)}/next%20day/100%25%3F`
const moved = `/rates/${encodeURIComponent(contractZone)}/a%20%22level%22/0%E2%80%931`
export const contractRates = [made, moved]

const full = {
  price: '4.9500',
  validFrom: '2030-12-31',
  surcharges: { fuel: 0.15, islands: [1.1, null] },
  smallPrint: 'line\nline',
}

export const rateSteps: readonly Step[] = [
  { request: 'GET /rates', status: 401, as: 'none' },
  { request: 'GET /rates?zone=NL', status: 200, as: 'clerk' },
  { request: 'GET /rates?zone=EU%2FWest', status: 200 },
  { request: 'GET /rates?zone=%20', status: 200 },
  { request: 'GET /rates/EU%2FWest/100%25/5%2B%20kg%3F', status: 200 },
  { request: 'GET /rates/NULL/%5CN/%7B%7D', status: 200 },
  { request: 'GET /rates/eu%2Fwest/100%25/none', status: 404 },
  { request: 'GET /rates/EU/West/100%25/0', status: 404 },
  { request: `GET ${made}`, status: 404 },
  { request: 'GET /rates?zone=Contract%2FZon%C3%A9', status: 200, check: (body) => body === '[]' },
  { request: `PUT ${made}`, status: 403, as: 'clerk', json: full },
  { request: `PUT ${made}`, status: 401, as: 'none', json: full },
  { request: `PUT ${made}`, status: 400, json: { validFrom: null } },
  { request: `PUT ${made}`, status: 400, json: { price: '-1' } },
  { request: `PUT ${made}`, status: 400, json: { ...full, validFrom: '2030-02-30' } },
  { request: `PUT /rates/${'x'.repeat(41)}/a/b`, status: 400, json: full },
  { request: `PUT ${made}`, status: 200, json: full },
  { request: `GET ${made}`, status: 200, as: 'clerk' },
  { request: `PUT ${made}`, status: 200, json: { price: 5, surcharges: null } },
  { request: `PUT ${made}`, status: 200, form: { price: '6.0', smallPrint: '' } },
  { request: `PATCH ${made}`, status: 400, json: {} },
  { request: `PATCH ${made}`, status: 400, json: { zone: '' } },
  { request: `PATCH ${made}`, status: 403, as: 'clerk', json: { band: 'b' } },
  { request: `PATCH ${made}`, status: 409, json: { zone: 'NL', level: 'express', band: '0-1' } },
  { request: `PATCH ${made}`, status: 200, json: { level: 'a "level"', band: '0–1' } },
  { request: `PATCH ${made}`, status: 404, json: { price: '1' } },
  { request: `GET ${moved}`, status: 200 },
  { request: `PATCH ${moved}`, status: 200, json: { smallPrint: null, price: '0.10' } },
  { request: 'GET /rates?zone=Contract%2FZon%C3%A9', status: 200 },
  { request: `POST ${moved}`, status: 405, json: {} },
  { request: `DELETE ${moved}`, status: 403, as: 'clerk' },
  { request: `DELETE ${moved}`, status: 204 },
  { request: `DELETE ${moved}`, status: 404 },
  { request: 'DELETE /rates', status: 405 },
]
