import { allButAdmin, asEach, type Case, denied, nobodysUuid, outsiders, staff } from '../case.ts'

const year = 'from=2031-01-01&to=2031-12-31'
const clinicians = ['admin', 'veterinarian'] as const

const looking: Case[] = [
  ...asEach(staff, (as) => ({
    name: 'today at a glance',
    route: 'GET /api/reports/dashboard',
    as,
    expect: 200,
    holds: { today: { booked: 0, checkedIn: 0, completed: 0 }, lowStock: 0, openOrders: 0 },
  })),
  ...denied('GET /api/reports/dashboard', '/api/reports/dashboard', outsiders),
  {
    name: 'what a year brought',
    route: 'GET /api/reports/revenue',
    as: 'admin',
    path: `/api/reports/revenue?${year}`,
    expect: 200,
    holds: {
      'months.length': 2,
      'months.0': {
        month: '2031-01',
        visits: 2,
        services: '0.00',
        treatments: '0.90',
        total: '0.90',
      },
      'months.1.visits': 2,
    },
  },
  {
    name: 'backwards',
    route: 'GET /api/reports/revenue',
    as: 'admin',
    path: '/api/reports/revenue?from=2031-01-02&to=2031-01-01',
    expect: 400,
    holds: { status: 400, title: 'invalid', detail: 'to must not be before from' },
  },
  ...denied('GET /api/reports/revenue', '/api/reports/revenue', allButAdmin),
  ...asEach(clinicians, (as) => ({
    name: 'who gave what',
    route: 'GET /api/reports/usage',
    as,
    path: `/api/reports/usage?${year}`,
    expect: 200,
    holds: { 'vets.length': 2, 'vets.0.vetId': '{user:admin}', 'vets.1.visits': 3 },
  })),
  {
    name: 'never',
    route: 'GET /api/reports/usage',
    as: 'admin',
    path: '/api/reports/usage',
    expect: 400,
    holds: { detail: 'from is required; to is required' },
  },
  ...denied('GET /api/reports/usage', '/api/reports/usage', ['receptionist', ...outsiders]),
  ...asEach(staff, (as) => ({
    name: 'what is to be given',
    route: 'GET /api/reports/vaccinations-due',
    as,
    path: '/api/reports/vaccinations-due?until=2999-12-31',
    expect: 200,
    holds: { until: '2999-12-31' },
  })),
  {
    name: 'until never',
    route: 'GET /api/reports/vaccinations-due',
    as: 'admin',
    path: '/api/reports/vaccinations-due?until=31/12/2999',
    expect: 400,
  },
  ...denied('GET /api/reports/vaccinations-due', '/api/reports/vaccinations-due', outsiders),
]

const types = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pdf: 'application/pdf',
}

const taking: Case[] = [
  ...(['csv', 'xlsx', 'pdf'] as const).flatMap((format) => [
    {
      name: `a file: ${format}`,
      route: 'POST /api/reports/exports',
      as: 'admin' as const,
      json: { report: 'usage', format, from: '2031-01-01', to: '2031-12-31' },
      expect: 201,
      holds: { report: 'usage', format, to: '2031-12-31', madeBy: '{user:admin}' },
      learn: { [`export:${format}`]: 'id', 'export location': '@location' },
    },
    {
      name: `where it was said to be: ${format}`,
      route: 'GET /api/reports/exports/:id',
      as: 'admin' as const,
      path: '{export location}',
      expect: 200,
      holds: {
        '@content-type': types[format],
        '@content-disposition': `attachment; filename=usage-2031-12-31.${format}`,
      },
    },
  ]),
  {
    name: 'a drawing of nothing',
    route: 'POST /api/reports/exports',
    as: 'admin',
    json: { report: 'weather', format: 'png', from: '2031-01-01' },
    expect: 400,
    holds: { title: 'invalid' },
  },
  ...denied('POST /api/reports/exports', '/api/reports/exports', allButAdmin),
  {
    name: 'all there are',
    route: 'GET /api/reports/exports',
    as: 'admin',
    expect: 200,
    holds: { length: 3, '0.id': '{export:pdf}', '2.format': 'csv' },
  },
  ...denied('GET /api/reports/exports', '/api/reports/exports', allButAdmin),
  {
    name: 'no id',
    route: 'GET /api/reports/exports/:id',
    as: 'admin',
    path: '/api/reports/exports/1',
    expect: 400,
  },
  {
    name: 'unknown',
    route: 'GET /api/reports/exports/:id',
    as: 'admin',
    path: `/api/reports/exports/${nobodysUuid}`,
    expect: 404,
    holds: { status: 404, title: 'not found', detail: 'No such export' },
  },
  ...denied('GET /api/reports/exports/:id', '/api/reports/exports/{export:csv}', allButAdmin),
]

export const reports: Case[] = [...looking, ...taking]
