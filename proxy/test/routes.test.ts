import { env, readPlan, table } from '@strangler/core'
import { expect, test } from 'vitest'
import { createRoutes } from '../src/routes.ts'

test('a request of a slice that is only planned is matched by nothing, as if the slice stood nowhere', () => {
  const database = { coordinator: env('A'), applier: env('B'), reader: env('C') }
  const plan = readPlan(
    {
      legacy: { url: 'http://legacy', database },
      services: { patient: { url: 'http://patient', database } },
      slices: { patients: { service: 'patient', routes: ['GET /pets'], tables: [table('pets')] } },
      planned: {
        visits: { service: 'visit', why: '-', routes: ['GET /visits'], tables: ['visits'] },
      },
    },
    'a plan',
  )
  const { find, databaseOf } = createRoutes(plan)
  expect(find('GET', '/pets')?.slice).toBe('patients')
  expect(find('GET', '/visits')).toBeUndefined()
  expect(databaseOf(undefined, 'extracted')).toBe('legacy')
})
