import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { displayName, displayRoute, loadPlan, type Plan } from '@strangler/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { setUpDepot } from '../monolith/setup.ts'
import { type CommandLine, createCommandLine } from './command-line.ts'
import { startDatabases } from './depot.ts'

/* `strangler init` drafts a plan for a database that it has never seen, and says what is left to do. */

const opened = new AsyncDisposableStack()
const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const tables = ['depot.parcels', 'depot."ParcelEvents"', 'depot.labels', 'depot.rate_cards']
let strangler: CommandLine
let folder: string
let url: string
let real: Plan

beforeAll(async () => {
  const databases = opened.use(await startDatabases())
  url = await databases.create('depot')
  await setUpDepot(url, { seed: false })
  folder = mkdtempSync(join(tmpdir(), 'strangler-draft-'))
  opened.defer(() => rmSync(folder, { recursive: true, force: true }))
  // A project of its own, with the toolkit installed.
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  mkdirSync(join(folder, 'node_modules/@strangler'), { recursive: true })
  symlinkSync(file('../../../core'), join(folder, 'node_modules/@strangler/core'))
  strangler = createCommandLine({ LEGACY_COORDINATOR_URL: url }, folder)
  real = await loadPlan(file('../migration.plan.ts'))
})

afterAll(() => opened.disposeAsync())

const slice = ['--slice', 'parcels', '--service', 'parcel', '--tables', ...tables]
const init = (name: string) => strangler.attempt('init', '--database', url, ...slice, '--out', name)

const draft = async (name: string) => {
  const { code, stdout } = await init(name)
  expect(code).toBe(0)
  return { text: readFileSync(join(folder, name), 'utf8'), stdout }
}

test('a draft names the tables of the slice, and no others', async () => {
  const { text } = await draft('tables.plan.ts')
  const named = [...text.matchAll(/^ {8}table\('(.+)'\),$/gm)].map(([, name]) => name)
  expect(named).toEqual(tables)
})

test('a draft warns of the foreign keys that cross the edge of the slice, whichever way they point', async () => {
  const { text, stdout } = await draft('keys.plan.ts')
  for (const warning of [
    'depot.parcels (account_id) refers to depot.accounts, which stays',
    'depot.invoices (parcel_id), which stays, refers to depot.parcels',
  ]) {
    expect(text).toContain(`// ${warning}`)
    expect(stdout).toContain(`- ${warning}`)
  }
  expect(text).not.toContain('"ParcelEvents" (')
})

test('a draft as it comes is refused for its routes, which only people know, and for nothing else', async () => {
  await draft('bare.plan.ts')
  const { code, stderr } = await strangler.attempt('plan', '--plan', 'bare.plan.ts')
  expect(code).toBe(2)
  expect(stderr.match(/^ {2}\S+: /gm)).toEqual(['  slices.parcels.routes: '])
})

test('a draft loads once its routes, the identity and the mappings are filled in, and is the plan then', async () => {
  const { text } = await draft('done.plan.ts')
  const filled = edit(text)
  writeFileSync(join(folder, 'done.plan.ts'), filled)
  const { code, stdout } = await strangler.attempt('plan', '--plan', 'done.plan.ts', '--json')
  expect({ code, stdout }).toMatchObject({ code: 0 })
  const shown = JSON.parse(stdout) as {
    slices: { name: string; routes: object[]; tables: object[] }[]
    crossing: { keys: string[] }
  }
  const { routes, tables: mapped, service, sequences } = real.slices.get('parcels')!
  expect(shown.slices).toEqual([{ name: 'parcels', service, routes, tables: mapped, sequences }])
  expect(shown.crossing.keys.toSorted()).toEqual([
    'depot.invoices (parcel_id) in no slice -> depot.parcels in parcels',
    'depot.parcels (account_id) in parcels -> depot.accounts in no slice',
  ])
  const loaded = await loadPlan(join(folder, 'done.plan.ts'))
  expect(loaded.legacy.identity).toEqual(real.legacy.identity)
})

test('a draft never takes the place of a file that is there', async () => {
  const path = join(folder, 'kept.plan.ts')
  writeFileSync(path, 'mine')
  const { code, stderr } = await init('kept.plan.ts')
  expect(code).toBe(2)
  expect(stderr).toContain('kept.plan.ts exists already')
  expect(readFileSync(path, 'utf8')).toBe('mine')
})

/** What its comments tell a person to do, and nothing else. */
function edit(text: string): string {
  const { routes, tables: mapped } = real.slices.get('parcels')!
  const written = routes.map((route) => {
    const shown = displayRoute(route)
    return shown === 'GET /parcels/:id/label' ? { route: shown, effect: 'writes' } : shown
  })
  let edited = text
    .replace('routes: []', () => `routes: ${JSON.stringify(written)}`)
    .replace("// identity: [{ cookie: 'session' }]", "identity: [{ cookie: 'depot_sid' }]")
  for (const { legacy, service, columns } of mapped) {
    const options = JSON.stringify({ to: displayName(service), columns })
    const call = `table('${displayName(legacy)}'`
    edited = edited.replace(`${call})`, () => `${call}, ${options})`)
  }
  return edited
}
