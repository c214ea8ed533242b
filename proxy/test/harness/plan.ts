import { env, type Plan, type PlanInput, type ProxyFailure, readPlan, table } from '@strangler/core'

/** What signs the tokens of the plan under test. */
export const tokenSecret = 'a secret of the monolith under test'

type LegacyInput = Partial<PlanInput['legacy']>

/** A monolith with two slices that one service takes; addresses come from the environment. */
export function testPlan(legacy: LegacyInput = {}): Plan {
  const database = (name: string) => ({
    coordinator: env(`${name}_COORDINATOR_URL`),
    applier: env(`${name}_APPLIER_URL`),
    reader: env(`${name}_READER_URL`),
  })
  return readPlan(
    {
      legacy: {
        url: env('LEGACY_URL'),
        database: database('LEGACY'),
        identity: [
          { jwt: { claim: 'sub', secret: tokenSecret, webSocketProtocol: 'bearer' } },
          { cookie: 'session' },
          { header: 'x-user' },
        ],
        errors: ({ message }: ProxyFailure) => ({ error: message }),
        requestTimeoutMs: 10_000,
        ...legacy,
      },
      services: { patient: { url: env('PATIENT_URL'), database: database('PATIENT') } },
      slices: {
        patients: {
          service: 'patient',
          routes: [
            'GET /api/pets',
            'POST /api/pets',
            'GET /api/pets/:id',
            'PATCH /api/pets/:id',
            { route: 'POST /api/pets/search', effect: 'reads' },
          ],
          tables: [table('pets')],
          gates: { lagMs: 2000 },
        },
        visits: {
          service: 'patient',
          routes: [
            'GET /api/visits',
            'POST /api/visits',
            { route: 'POST /api/pets/:id/visits', writes: ['patients'] },
          ],
          tables: [table('visits')],
        },
      },
    },
    'test.plan.ts',
  )
}
