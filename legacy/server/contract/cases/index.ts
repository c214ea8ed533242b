import { furtherRoutes, routes } from '../../src/index.ts'
import type { Case } from '../case.ts'
import { complete } from '../complete.ts'
import { appointments } from './appointments.ts'
import { attachments } from './attachments.ts'
import { audit } from './audit.ts'
import { auth } from './auth.ts'
import { bodies } from './bodies.ts'
import { clinicCases } from './clinics.ts'
import { farewell, http } from './http.ts'
import { inventory } from './inventory.ts'
import { notifications } from './notifications.ts'
import { owners, ownersLeaving } from './owners.ts'
import { pets } from './pets.ts'
import { purchaseOrders } from './purchase-orders.ts'
import { records } from './records.ts'
import { reports } from './reports.ts'
import { availability, schedules } from './schedules.ts'
import { setup } from './setup.ts'
import { species } from './species.ts'
import { suppliers } from './suppliers.ts'
import { swapAndDelete } from './swap-and-delete.ts'
import { users } from './users.ts'
import { vaccinations } from './vaccinations.ts'
import { visits } from './visits.ts'

const written: readonly Case[] = [
  ...setup,
  ...auth,
  ...users,
  ...clinicCases,
  ...schedules,
  ...owners,
  ...pets,
  ...species,
  ...vaccinations,
  ...attachments,
  ...availability,
  ...appointments,
  ...inventory,
  ...suppliers,
  ...purchaseOrders,
  ...visits,
  ...records,
  ...notifications,
  ...reports,
  ...swapAndDelete,
  ...ownersLeaving,
  ...http,
  ...bodies,
  ...audit,
  ...farewell,
]

/** In the order in which they run: later cases use what earlier ones made. */
export const cases: readonly Case[] = complete(written, [...routes, ...furtherRoutes])
