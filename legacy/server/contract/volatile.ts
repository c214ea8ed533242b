/**
 * What differs between two runs that behaved the same, and what stands in its place. This file is the
 * only one that says so; all else is compared byte by byte.
 *
 * `id` keeps relations: the first pet of a run is <pet:1> wherever it appears. `digits` keeps the
 * shape: 2024-05-31T10:00:00.123Z becomes 0000-00-00T00:00:00.000Z.
 */
export type Stand = { readonly id: string } | 'digits' | 'token' | 'time' | 'cursor'

export interface VolatileField {
  /** The name of a JSON field or a query parameter; in an audit log's change, of the column. */
  readonly field: string
  /** Only for requests of which this is the beginning; the first rule that fits is taken. */
  readonly on?: RegExp
  readonly stand: Stand
}

const id = (kind: string): Stand => ({ id: kind })

export const volatileFields: readonly VolatileField[] = [
  { field: 'accessToken', stand: 'token' },
  { field: 'refreshToken', stand: 'token' },

  { field: 'createdAt', stand: 'digits' },
  { field: 'updatedAt', stand: 'digits' },
  { field: 'created_at', stand: 'digits' },
  { field: 'updated_at', stand: 'digits' },
  { field: 'createdOn', stand: 'digits' },
  { field: 'at', on: /^\/api\/audit/, stand: 'digits' },
  { field: 'deleted_at', stand: 'time' },
  { field: 'at', on: /^\/api\/inventory/, stand: 'digits' },
  ...['orderedOn', 'expectedOn', 'receivedOn', 'ordered_on', 'expected_on', 'received_on'].map(
    (field) => ({ field, stand: 'digits' as const }),
  ),

  { field: 'owner_id', stand: id('owner') },
  { field: 'ownerId', stand: id('owner') },
  { field: 'pet_id', stand: id('pet') },
  { field: 'petId', stand: id('pet') },
  { field: 'withPetId', stand: id('pet') },
  { field: 'clinic_id', stand: id('clinic') },
  { field: 'clinicId', stand: id('clinic') },
  { field: 'vet_id', stand: id('user') },
  { field: 'vetId', stand: id('user') },
  { field: 'administered_by', stand: id('user') },
  { field: 'administeredBy', stand: id('user') },
  { field: 'service_type_id', stand: id('service') },
  { field: 'serviceTypeId', stand: id('service') },
  { field: 'appointmentId', stand: id('appointment') },
  { field: 'itemId', stand: id('item') },
  { field: 'supplierId', stand: id('supplier') },
  { field: 'supplier_id', stand: id('supplier') },
  { field: 'orderId', stand: id('order') },
  { field: 'item_id', stand: id('item') },
  { field: 'appointment_id', stand: id('appointment') },
  { field: 'record_id', stand: id('record') },
  { field: 'remindOn', stand: 'digits' },
  { field: 'userIds', stand: id('user') },
  { field: 'madeBy', stand: id('user') },
  { field: 'made_by', stand: id('user') },

  { field: 'id', on: /^\/api\/(auth|users)/, stand: id('user') },
  { field: 'id', on: /^\/api\/clinics/, stand: id('clinic') },
  { field: 'id', on: /^\/api\/service-types/, stand: id('service') },
  { field: 'id', on: /^\/api\/owners/, stand: id('owner') },
  { field: 'id', on: /^\/api\/(pets\/[^/]+\/)?vaccinations/, stand: id('vaccination') },
  { field: 'id', on: /^\/api\/pets/, stand: id('pet') },
  { field: 'id', on: /^\/api\/notifications/, stand: id('notification') },
  { field: 'id', on: /^\/api\/reports/, stand: id('export') },
  { field: 'date', on: /^\/api\/reports\/dashboard/, stand: 'time' },
  { field: 'treatments.id', stand: id('treatment') },
  { field: 'record.id', stand: id('record') },
  { field: 'reminders.id', stand: id('reminder') },
  { field: 'id', on: /^\/api\/appointments\/[^/]+\/reminders/, stand: id('reminder') },
  { field: 'id', on: /^\/api\/records/, stand: id('record') },
  { field: 'id', on: /^\/api\/(appointments|calendar)/, stand: id('appointment') },
  { field: 'id', on: /^\/api\/inventory\/[^/]+\/(movements|adjustments)/, stand: id('movement') },
  { field: 'before', on: /^\/api\/inventory/, stand: id('movement') },
  { field: 'id', on: /^\/api\/inventory/, stand: id('item') },
  { field: 'id', on: /^\/api\/suppliers/, stand: id('supplier') },
  { field: 'id', on: /^\/api\/purchase-orders/, stand: id('order') },
  { field: 'nextCursor', on: /^\/api\/pets\/[^/]+\/vaccinations/, stand: id('vaccination') },
  { field: 'nextCursor', on: /^\/api\/vaccinations\/due/, stand: 'cursor' },
  { field: 'cursor', on: /^\/api\/pets\/[^/]+\/vaccinations/, stand: id('vaccination') },
  { field: 'cursor', on: /^\/api\/vaccinations\/due/, stand: 'cursor' },

  { field: 'entries.id', on: /^\/api\/audit/, stand: id('entry') },
  { field: 'before', on: /^\/api\/audit/, stand: id('entry') },
  ...['key', 'change.id'].flatMap((field) => [
    { field, on: /^\/api\/audit\?table=owners/, stand: id('owner') },
    { field, on: /^\/api\/audit\?table=pets/, stand: id('pet') },
    { field, on: /^\/api\/audit\?table=vaccinations/, stand: id('vaccination') },
    { field, on: /^\/api\/audit\?table=appointments/, stand: id('appointment') },
    { field, on: /^\/api\/audit\?table=purchase_orders/, stand: id('order') },
    { field, on: /^\/api\/audit\?table=medical_records/, stand: id('record') },
    { field, on: /^\/api\/audit\?table=treatments/, stand: id('treatment') },
  ]),
]

/** Ids in paths, of requests and of Location headers: the segment after this one. */
export const volatileSegments: Readonly<Record<string, string>> = {
  users: 'user',
  clinics: 'clinic',
  'service-types': 'service',
  owners: 'owner',
  pets: 'pet',
  vaccinations: 'vaccination',
  appointments: 'appointment',
  inventory: 'item',
  records: 'record',
  notifications: 'notification',
  exports: 'export',
  treatments: 'treatment',
  suppliers: 'supplier',
  'purchase-orders': 'order',
}

/** The headers that clients read; others, like Date, are not recorded. */
export const recordedHeaders = [
  'allow',
  'cache-control',
  'content-disposition',
  'content-type',
  'etag',
  'location',
  'retry-after',
  'www-authenticate',
  'x-content-type-options',
  'x-total-count',
] as const

/** Made up for each run and part of every name that must be unique; it stands as this, everywhere. */
export const tagStand = 'runstag'
