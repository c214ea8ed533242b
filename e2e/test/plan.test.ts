import { furtherRoutes, routes } from '@petsphere/legacy'
import { displayRoute, loadPlan } from '@strangler/core'
import { expect, test } from 'vitest'

/* PetSphere's plan says of all that the monolith answers to which slice it belongs. */

const plan = await loadPlan('migration.plan.ts')
const slices = [...plan.slices.values(), ...plan.planned.values()]

test('each route of the monolith belongs to one slice, and no slice has another', () => {
  const declared = slices.flatMap(({ routes: own }) => own.map(displayRoute))
  const answered = [...routes, ...furtherRoutes]
    .filter(({ path }) => path.startsWith('/api/'))
    .map(({ method, path }) => `${method} ${path}`)
  expect(declared.toSorted()).toEqual(answered.toSorted())
})

test('each slice is in one phase', () => {
  const names = slices.map(({ name }) => name)
  expect(plan.phases.flatMap((phase) => phase.slices).toSorted()).toEqual(names.toSorted())
})
