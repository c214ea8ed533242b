import {
  cast,
  defaulted,
  defineMigration,
  enumerated,
  env,
  jsonPath,
  rename,
  sharedSink,
  split,
  table,
} from '@strangler/core'
import { planned } from './migration.planned.ts'
import { application, writes } from './migration.statements.ts'

/** PetSphere's roadmap: what leaves the monolith, for which service, and how its tables correspond. */
export default defineMigration({
  legacy: {
    url: env('LEGACY_URL'),
    database: {
      coordinator: env('LEGACY_COORDINATOR_URL'),
      applier: env('LEGACY_APPLIER_URL'),
      reader: env('LEGACY_READER_URL'),
    },
    identity: [{ jwt: { claim: 'sub', secret: env('JWT_SECRET'), webSocketProtocol: 'bearer' } }],
    errors: ({ message }) => ({ error: message }),
    requestTimeoutMs: 10_000,
  },
  services: {
    patient: {
      url: env('PATIENT_URL'),
      database: {
        coordinator: env('PATIENT_COORDINATOR_URL'),
        applier: env('PATIENT_APPLIER_URL'),
        reader: env('PATIENT_READER_URL'),
      },
      outbox: { table: 'outbox' },
    },
  },
  slices: {
    patients: {
      service: 'patient',
      routes: [
        'GET /api/owners',
        'POST /api/owners',
        'GET /api/owners/:id',
        'PATCH /api/owners/:id',
        'DELETE /api/owners/:id',
        'GET /api/pets',
        'POST /api/pets',
        { route: 'POST /api/pets/search', effect: 'reads' },
        'GET /api/pets/:id',
        'PATCH /api/pets/:id',
        'DELETE /api/pets/:id',
        'POST /api/pets/:id/swap-microchip',
        'GET /api/pets/:id/vaccinations',
        'POST /api/pets/:id/vaccinations',
        'GET /api/pets/:id/attachments',
        'POST /api/pets/:id/attachments',
        'GET /api/pets/:id/attachments/:seq',
        'DELETE /api/pets/:id/attachments/:seq',
        'GET /api/vaccinations/due',
        'PATCH /api/vaccinations/:id',
        'DELETE /api/vaccinations/:id',
        'GET /api/species',
        'POST /api/species',
        'PATCH /api/species/:code',
        'DELETE /api/species/:code',
      ],
      tables: [
        table('species', { to: 'kinds', columns: [rename('name', 'label')] }),
        table('owners', {
          to: 'guardians',
          columns: [
            rename('id', 'guardian_id'),
            split('full_name', ['given_name', 'family_name'], ' '),
          ],
        }),
        table('pets', {
          to: 'animals',
          columns: [
            rename('id', 'animal_id'),
            rename('owner_id', 'guardian_id'),
            rename('species_code', 'kind_code'),
            rename('name', 'display_name'),
            enumerated('sex', 'sex', {
              M: 'male',
              F: 'female',
              MN: 'male_neutered',
              FS: 'female_spayed',
              U: 'unknown',
            }),
            cast('birth_date', 'born_on'),
            rename('microchip', 'chip_number'),
            jsonPath('attributes', { color: 'coat_color' }, 'traits'),
            rename('deleted_at', 'archived_at'),
            defaulted('legacy', 'search_text'),
            defaulted('service', 'search_words'),
          ],
        }),
        table('vaccinations', {
          to: 'immunizations',
          columns: [
            rename('id', 'immunization_id'),
            rename('pet_id', 'animal_id'),
            enumerated('status', 'status', { done: 'given', due: 'awaited', overdue: 'late' }),
            rename('batch', 'lot'),
          ],
        }),
        table('attachments', {
          to: 'documents',
          columns: [
            rename('pet_id', 'animal_id'),
            rename('seq', 'number'),
            rename('content_type', 'media_type'),
            rename('content', 'body'),
          ],
        }),
        sharedSink('audit_log', { to: 'audit_entries' }),
      ],
      writers: [
        // The nightly job uses the pool of the routes: only what it says tells them apart.
        {
          application,
          statement: writes.overdue,
          is: 'refused',
          because:
            'the nightly job logs the failure and goes on; the service marks its own as overdue',
        },
        {
          application,
          statement: [...writes.patients, ...writes.attachmentsAndSpecies],
          is: 'routes',
        },
      ],
    },
  },
  planned,
  // Postgres itself, unless CHANGE_LOG says debezium.
  streams: {
    log: env('CHANGE_LOG'),
    kafka: { brokers: env('KAFKA_BROKERS'), connect: env('CONNECT_URL') },
  },
  phases: [
    { name: 'foundation', slices: [], about: 'the proxy in front, all traffic on the monolith' },
    { name: 'gateway and first services', slices: ['auth', 'notifications'] },
    { name: 'core services', slices: ['patients', 'records', 'appointments'] },
    {
      name: 'completion',
      slices: ['inventory', 'reports', 'audit'],
      about: 'then the monolith is retired',
    },
  ],
})
