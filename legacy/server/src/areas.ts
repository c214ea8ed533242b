import { appointments } from './appointments/appointments.ts'
import { schedules } from './appointments/schedules.ts'
import { audit } from './audit/audit.ts'
import { auth } from './auth/routes.ts'
import { clinics } from './clinics/clinics.ts'
import { serviceTypes } from './clinics/service-types.ts'
import type { Area } from './http/route.ts'
import { inventory } from './inventory/items.ts'
import { purchaseOrders } from './inventory/orders.ts'
import { suppliers } from './inventory/suppliers.ts'
import { notifications } from './notifications/notifications.ts'
import { attachments } from './patients/attachments.ts'
import { owners } from './patients/owners.ts'
import { pets } from './patients/pets.ts'
import { species } from './patients/species.ts'
import { vaccinations } from './patients/vaccinations.ts'
import { records } from './records/records.ts'
import { reports } from './reports/reports.ts'
import { users } from './users/routes.ts'

/** All that the application answers under /api, in the order in which Express tries it. */
export const areas: readonly Area[] = [
  auth,
  users,
  clinics,
  serviceTypes,
  owners,
  pets,
  vaccinations,
  species,
  attachments,
  appointments,
  schedules,
  records,
  inventory,
  suppliers,
  purchaseOrders,
  notifications,
  reports,
  audit,
]
