import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { runContract } from '@petsphere/legacy/contract'
import { openMailbox } from '@petsphere/legacy/mailbox'
import { judgeWriters, loadPlan, type ObservedWriter } from '@strangler/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signIn, startSystem, type System } from '../src/index.ts'

/*
 * A day in a minute: each role sends what it may send through the proxy, the night's job runs, and all the while
 * it is observed who writes the tables of all slices. What is found is what the plan says, no more and no less.
 * The worker has a plan of its own, in which nobody thought of the night's job.
 */

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const nightly = at('../../legacy/server/src/jobs/nightly.ts')
const incomplete = at('../plans/without-the-nightly-job.plan.ts')

const plan = await loadPlan(at('../../migration.plan.ts'))
const slices = [...plan.slices.values(), ...plan.planned.values()]

interface Observed {
  readonly state: string
  readonly writers: readonly ObservedWriter[]
  readonly reasons: readonly string[]
}

const opened = new AsyncDisposableStack()
let system: System
const observed = new Map<string, Observed>()

beforeAll(async () => {
  const monolith = { SMTP_URL: opened.use(await openMailbox()).url }
  system = opened.use(await startSystem({ name: 'observes-a-day', plan: incomplete, monolith }))
  for (const { name } of slices) await system.strangler('observe', 'start', name)
}, 180_000)
afterAll(() => opened.disposeAsync(), 60_000)

test('the day goes by as if nobody looked', async () => {
  const { failures, uncovered } = await runContract({ baseUrl: system.url })
  expect(failures).toEqual([])
  expect(uncovered).toEqual([])
  await forgetAVaccination()
  await promisify(execFile)(process.execPath, [nightly], {
    env: { PATH: process.env['PATH'], DATABASE_URL: system.monolithDatabaseUrl },
  })
  for (const { name } of slices) {
    const { stdout } = await system.strangler('observe', 'status', name, '--json')
    observed.set(name, JSON.parse(stdout, revive) as Observed)
  }
}, 120_000)

describe.each(slices)('who writes the tables of $name', ({ name, writers }) => {
  test('is accounted for', () => {
    expect(observed.get(name)).toMatchObject({ state: 'on', reasons: [] })
  })

  const declared = writers.flatMap(({ statements, ...writer }) =>
    statements.map((statement) => ({ ...writer, statements: [statement] })),
  )
  test('was expected of nothing that was not seen', () => {
    const unseen = declared.filter((writer) => {
      const judged = judgeWriters({ name, writers: [writer] }, observed.get(name)!.writers)
      return judged.every((one) => one.declared === null)
    })
    expect(unseen).toEqual([])
    expect(declared.length).toBeGreaterThan(0)
  })
})

test('a plan that misses one of them keeps its slice from being switched, and the refusal names it', async () => {
  await system.strangler('sync', 'start', 'patients')
  const { code, stdout } = await system.tryStrangler(
    'switch',
    'patients',
    '--to',
    'extracted',
    '--json',
  )
  const { error } = JSON.parse(stdout) as { error: { code: string; reasons: string[] } }
  expect({ code, error: error.code }).toEqual({ code: 3, error: 'REFUSED' })
  expect(error.reasons).toEqual([
    expect.stringMatching(
      /role "petsphere", application "petsphere" was noted writing public\.vaccinations \(update\).*with "update vaccinations set status = \? where status = \? and due_on < \?"/,
    ),
  ])
}, 60_000)

function revive(key: string, value: unknown): unknown {
  return typeof value === 'string' && key.endsWith('At') ? new Date(value) : value
}

/** Something for the night to find: a vaccination that was due long ago. */
async function forgetAVaccination(): Promise<void> {
  const vet = await signIn(system.url, 'vet@petsphere.test')
  const { results } = await vet.must<{ results: { id: number }[] }>('POST /api/pets/search', {
    json: {},
  })
  await vet.must(`POST /api/pets/${results[0]!.id}/vaccinations`, {
    json: { vaccine: 'Rabies', dueOn: '01/02/2020' },
  })
}
