import { CoreError } from '../../src/errors.ts'
import type { Problem } from '../../src/plan/check.ts'
import { env, type PlanInput, readPlan, table } from '../../src/plan/index.ts'

export function databaseInput(name: string) {
  return {
    coordinator: env(`${name}_COORDINATOR_URL`),
    applier: env(`${name}_APPLIER_URL`),
    reader: env(`${name}_READER_URL`),
  }
}

type SliceInput = PlanInput['slices'][string]

export function sliceInput(slice: Partial<SliceInput> = {}): SliceInput {
  return { service: 'patient', routes: ['GET /api/pets'], tables: [table('pets')], ...slice }
}

/** A plan with one service, in which nothing is wrong but what the slices bring. */
export function planInput(
  slices: Record<string, SliceInput>,
  more: Partial<PlanInput> = {},
): PlanInput {
  return {
    legacy: { url: env('LEGACY_URL'), database: databaseInput('LEGACY') },
    services: { patient: { url: env('PATIENT_URL'), database: databaseInput('PATIENT') } },
    slices,
    ...more,
  }
}

/** Everything that is wrong with a plan; empty for a plan that can be used. */
export function problemsOf(plan: unknown): readonly Problem[] {
  try {
    readPlan(plan, 'migration.plan.ts')
    return []
  } catch (error) {
    if (error instanceof CoreError && error.code === 'WRONG_PLAN') {
      return error.details['problems'] as readonly Problem[]
    }
    throw error
  }
}
