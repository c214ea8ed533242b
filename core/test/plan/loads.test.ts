import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { env, loadPlan, resolve } from '../../src/plan/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'strangler-plan-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

test('The plan at the root of the repository is right', async () => {
  const plan = await loadPlan('migration.plan.ts')
  expect(plan.slices.size).toBeGreaterThan(0)
})

describe('A plan file that cannot be used is refused with its name', () => {
  test('when it is not there', async () => {
    await expect(loadPlan('nowhere.plan.ts')).rejects.toMatchObject({
      code: 'WRONG_PLAN',
      message: expect.stringMatching(/nowhere\.plan\.ts.*there is no such file.*strangler init/s),
    })
  })

  test('when it fails to load, with the reason', async () => {
    const path = file('throws.plan.mjs', "throw new Error('out of luck')")
    await expect(loadPlan(path)).rejects.toMatchObject({
      code: 'WRONG_PLAN',
      message: expect.stringContaining('out of luck'),
    })
  })

  test('when it exports nothing', async () => {
    const path = file('empty.plan.mjs', 'export const plan = {}')
    await expect(loadPlan(path)).rejects.toMatchObject({
      code: 'WRONG_PLAN',
      message: expect.stringContaining('export default defineMigration'),
    })
  })
})

describe('A setting', () => {
  test('is what the environment holds, or stands in the plan', () => {
    expect(resolve(env('PORT'), 'a port', { PORT: '80' })).toBe('80')
    expect(resolve('http://here', 'an address', {})).toBe('http://here')
  })

  test.for([{}, { DB_URL: '' }])('that is not set is named, with what it is for: %o', (given) => {
    expect(() => resolve(env('DB_URL'), 'the coordinator’s connection', given)).toThrow(
      'DB_URL is not set. The plan takes the coordinator’s connection from it.',
    )
  })
})
