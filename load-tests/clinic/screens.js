// What the client asks for on each of its screens; see legacy/client/src.
import { dayFromNow, weekOf } from './days.js'

const get = (route, { params, query } = {}) => ({ route, params, query })

export const screens = {
  dashboard: () => [
    get('/api/reports/dashboard'),
    get('/api/calendar', { query: { from: dayFromNow(0), to: dayFromNow(0) } }),
    get('/api/calendar', { query: { from: dayFromNow(-6), to: dayFromNow(7) } }),
    get('/api/vaccinations/due', { query: { limit: 6 } }),
    get('/api/calendar', { query: { from: dayFromNow(-29), to: dayFromNow(0) } }),
    get('/api/inventory', { query: { low: 'true', size: 6 } }),
  ],
  /** Before there is a calendar: whose, and of what. */
  plan: () => [get('/api/staff-schedules'), get('/api/service-types')],
  week: (vetId, serviceTypeId, days) => {
    const week = weekOf(days)
    return [
      get('/api/calendar', { query: { from: week[0], to: week[6], vetId } }),
      ...week
        .filter((day) => day >= dayFromNow(0))
        .map((date) => get('/api/availability', { query: { date, serviceTypeId, vetId } })),
    ]
  },
  day: (serviceTypeId, days) => [
    get('/api/calendar', { query: { from: dayFromNow(days), to: dayFromNow(days) } }),
    get('/api/availability', { query: { date: dayFromNow(days), serviceTypeId } }),
  ],
  patients: (q, page) => [
    get('/api/pets', { query: { q, page, per_page: 20 } }),
    get('/api/species'),
  ],
  patient: (id) => [
    get('/api/pets/:id', { params: { id } }),
    get('/api/species'),
    get('/api/calendar', { query: { from: dayFromNow(-20), to: dayFromNow(42), petId: id } }),
    get('/api/pets/:id/attachments', { params: { id } }),
    get('/api/records', { query: { petId: id, limit: 10 } }),
    get('/api/pets/:id/vaccinations', { params: { id } }),
  ],
  /** What of a patient's page is loaded again after a change. */
  patientAgain: (id) => [
    get('/api/pets/:id', { params: { id } }),
    get('/api/pets/:id/attachments', { params: { id } }),
    get('/api/pets/:id/vaccinations', { params: { id } }),
  ],
  owners: (search, page) => [get('/api/owners', { query: { search, page, limit: 20 } })],
  owner: (id) => [
    get('/api/owners/:id', { params: { id } }),
    get('/api/species'),
    get('/api/pets', { query: { owner_id: id, per_page: 100 } }),
  ],
  myAppointments: () => [
    get('/api/calendar', { query: { from: dayFromNow(0), to: dayFromNow(62) } }),
  ],
  inbox: () => [get('/api/notifications', { query: { limit: 20 } })],
  unseen: () => [get('/api/notifications/unseen')],
  preferences: () => [get('/api/notification-preferences')],
  items: (q) => [get('/api/inventory', { query: { q, page: 1, size: 50 } })],
  item: (id) => [
    get('/api/inventory/:id', { params: { id } }),
    get('/api/inventory/:id/movements', { params: { id }, query: { limit: 50 } }),
  ],
  orders: () => [get('/api/purchase-orders', { query: { offset: 0, limit: 20 } })],
  order: (id) => [get('/api/purchase-orders/:id', { params: { id } })],
  usage: () => [
    get('/api/inventory/usage', { query: { from: dayFromNow(-29), to: dayFromNow(0) } }),
  ],
  revenue: () => [
    get('/api/reports/revenue', { query: { from: dayFromNow(-29), to: dayFromNow(0) } }),
  ],
  vaccinationsDue: () => [
    get('/api/reports/vaccinations-due', { query: { until: dayFromNow(30) } }),
  ],
  work: () => [get('/api/reports/usage', { query: { from: dayFromNow(-29), to: dayFromNow(0) } })],
  exports: () => [get('/api/reports/exports')],
  users: (page) => [get('/api/clinics'), get('/api/users', { query: { page } })],
  audit: () => [get('/api/audit')],
  services: () => [get('/api/service-types'), get('/api/clinics')],
}
