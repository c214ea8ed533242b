import { titleAndDetail } from '../http/errors.ts'
import { type Area, get, post, staff } from '../http/route.ts'
import { showDashboard } from './dashboard.ts'
import { downloadExport, listExports, makeExport } from './exports.ts'
import { showRevenue } from './revenue.ts'
import { showUsage } from './usage.ts'
import { showDue } from './vaccinations-due.ts'

export const reports: Area = {
  errors: titleAndDetail,
  routes: [
    get('/reports/dashboard', staff, [200], showDashboard),
    get('/reports/revenue', ['admin'], [200, 400], showRevenue),
    get('/reports/vaccinations-due', staff, [200, 400], showDue),
    get('/reports/usage', ['admin', 'veterinarian'], [200, 400], showUsage),
    get('/reports/exports', ['admin'], [200], listExports),
    post('/reports/exports', ['admin'], [201, 400], makeExport),
    get('/reports/exports/:id', ['admin'], [200, 400, 404], downloadExport),
  ],
}
