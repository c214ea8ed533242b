/** What the summary calls a request: by the part of the application, and whether it changes something there. */
export const kinds: readonly string[] = [
  'signing in',
  'calendar',
  'booking',
  'patients',
  'changing patients',
  'records',
  'writing records',
  'stock',
  'changing stock',
  'inbox',
  'reports',
  'making exports',
  'administration',
]

/** Beginnings of paths: what is read there, and what is changed. */
const places: readonly (readonly [beginning: string, read: string, changed: string])[] = [
  ['/api/auth', 'signing in', 'signing in'],
  ['/api/appointments/:id/complete', 'records', 'writing records'],
  ['/api/records', 'records', 'writing records'],
  ['/api/appointments', 'calendar', 'booking'],
  ['/api/calendar', 'calendar', 'booking'],
  ['/api/availability', 'calendar', 'booking'],
  ['/api/staff-schedules', 'calendar', 'administration'],
  ['/api/service-types', 'calendar', 'administration'],
  ['/api/clinics', 'calendar', 'administration'],
  ['/api/owners', 'patients', 'changing patients'],
  ['/api/pets', 'patients', 'changing patients'],
  ['/api/vaccinations', 'patients', 'changing patients'],
  ['/api/species', 'patients', 'administration'],
  ['/api/inventory', 'stock', 'changing stock'],
  ['/api/suppliers', 'stock', 'changing stock'],
  ['/api/purchase-orders', 'stock', 'changing stock'],
  ['/api/notification', 'inbox', 'inbox'],
  ['/api/reports', 'reports', 'making exports'],
  ['/api/users', 'administration', 'administration'],
  ['/api/audit', 'administration', 'administration'],
]

export function kindOf(method: string, route: string): string {
  const place = places.find(([beginning]) => route.startsWith(beginning))
  if (!place) throw new Error(`${route} is of no kind`)
  const isRead = method === 'GET' || route === '/api/pets/search'
  return isRead ? place[1] : place[2]
}
