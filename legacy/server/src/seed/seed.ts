import bcrypt from 'bcryptjs'
import pg from 'pg'
import { missingMigrations } from '../db/migrations.ts'
import { appointmentRows, auditRows, reminderRows } from './appointments.ts'
import { attachmentRows } from './attachments.ts'
import { clinicRows, serviceTypeRows, userRows } from './clinics.ts'
import { itemRows, movementRows, orderLineRows, orderRows, supplierRows } from './inventory.ts'
import { exportRows } from './exports.ts'
import { load, type Table } from './load.ts'
import { notificationRows, preferenceRows } from './notifications.ts'
import { ownerRows, petRows, speciesRows } from './patients.ts'
import { recordRows, treatmentRows } from './records.ts'
import { scheduleRows } from './schedules.ts'
import { vaccinationRows } from './vaccinations.ts'
import { createWorld, type Size, type SizeName, sizes, type World } from './world.ts'

export interface SeedOptions {
  readonly databaseUrl: string
  readonly size: SizeName | Size
  /** The day that counts as today in the data; not the clock's, or no two runs would agree. */
  readonly today?: string
  readonly seed?: number
  readonly bcryptCost: number
  /** Hears again and again how many more rows of which table are on their way. */
  readonly note?: (rows: number, table: string) => void
}

export const defaultToday = '2025-06-02'

/** Every login's password. */
export const seededPassword = 'petsphere-demo'

/** Why a database cannot be seeded. */
export class SeedRefused extends Error {
  readonly reason: 'not empty' | 'no schema'

  constructor(reason: 'not empty' | 'no schema', message: string) {
    super(message)
    this.reason = reason
  }
}

/**
 * Fills an empty database in one transaction: the same options, the same rows.
 *
 * @returns how many rows each table got
 * @throws SeedRefused for a database with data or without the schema
 */
export async function seed(options: SeedOptions): Promise<Map<string, number>> {
  const tables = await seedTables(options)
  const client = new pg.Client({ connectionString: options.databaseUrl })
  await client.connect()
  try {
    await requireEmptySchema(client)
    return await load(client, tables, options.note)
  } finally {
    await client.end()
  }
}

/** What a database is filled with: rows are made when they are asked for, and none is kept. */
export async function seedTables({
  size,
  seed: number = 1,
  today = defaultToday,
  bcryptCost,
}: Omit<SeedOptions, 'databaseUrl'>): Promise<readonly Table[]> {
  const world = createWorld(typeof size === 'string' ? sizes[size] : size, number, today)
  return tablesOf(world, await hashOf(world, bcryptCost))
}

async function requireEmptySchema(client: pg.Client): Promise<void> {
  const missing = await missingMigrations(client)
  if (missing.length > 0) {
    throw new SeedRefused(
      'no schema',
      `The database lacks ${missing.join(', ')}. Run \`node src/migrate.ts\` first.`,
    )
  }
  const { rows } = await client.query('select 1 from clinics limit 1')
  if (rows.length > 0) {
    throw new SeedRefused('not empty', 'The database has clinics already; nothing was changed.')
  }
}

/** bcrypt with a salt that is drawn like everything else. */
function hashOf(world: World, cost: number): Promise<string> {
  const salt = bcrypt.encodeBase64([...world.random('salt').bytes(16)], 16)
  return bcrypt.hash(seededPassword, `$2b$${String(cost).padStart(2, '0')}$${salt}`)
}

/** In the order that foreign keys ask for. */
function tablesOf(world: World, passwordHash: string): readonly Table[] {
  return [
    ['clinics', clinicRows(world)],
    ['service_types', serviceTypeRows(world)],
    ['users', userRows(world, passwordHash)],
    ['staff_schedules', scheduleRows(world)],
    ['species', speciesRows(world)],
    ['owners', ownerRows(world)],
    ['pets', petRows(world)],
    ['vaccinations', vaccinationRows(world)],
    ['attachments', attachmentRows(world)],
    ['appointments', appointmentRows(world)],
    ['appointment_reminders', reminderRows(world)],
    ['suppliers', supplierRows(world)],
    ['inventory_items', itemRows(world)],
    ['purchase_orders', orderRows(world)],
    ['purchase_order_lines', orderLineRows(world)],
    ['stock_movements', movementRows(world)],
    ['medical_records', recordRows(world)],
    ['treatments', treatmentRows(world)],
    ['notifications', notificationRows(world)],
    ['notification_preferences', preferenceRows(world)],
    ['report_exports', exportRows(world)],
    ['audit_log', auditRows(world)],
  ]
}
