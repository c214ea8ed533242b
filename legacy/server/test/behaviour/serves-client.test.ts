import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Petsphere, startPetsphere } from '../harness/petsphere.ts'

let dir: string
let petsphere: Petsphere

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'petsphere-client-'))
  mkdirSync(join(dir, 'assets'))
  writeFileSync(join(dir, 'index.html'), '<title>PetSphere</title>')
  writeFileSync(join(dir, 'assets', 'app-1a2b.js'), 'start()')
  petsphere = await startPetsphere('postgres://nobody@127.0.0.1:9/none', dir)
})

afterAll(async () => {
  await petsphere[Symbol.asyncDispose]()
  rmSync(dir, { recursive: true })
})

const html = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } }

test.each(['/', '/patients/5', '/deep/er/link?tab=notes'])(
  'a browser at %s gets the page',
  async (path) => {
    const answer = await petsphere.fetch(path, html)
    expect(answer.status).toBe(200)
    expect(await answer.text()).toBe('<title>PetSphere</title>')
  },
)

test('the page is asked for again each time, assets never', async () => {
  const page = await petsphere.fetch('/patients', html)
  expect(page.headers.get('cache-control')).toBe('no-cache')
  const asset = await petsphere.fetch('/assets/app-1a2b.js')
  expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
})

test.each([
  ['/api/nothing', html],
  ['/assets/missing.js', {}],
  ['/missing.json', { headers: { accept: 'application/json' } }],
  ['/patients/5', { ...html, method: 'POST' }],
])('%s is not the page', async (path, init) => {
  expect((await petsphere.fetch(path, init)).status).toBe(404)
})

test.each(['/../package.json', '/%2e%2e/package.json', '/assets/..%2f..%2fpackage.json'])(
  'nothing outside the folder is served for %s',
  async (path) => {
    const answer = await petsphere.fetch(path)
    expect(await answer.text()).not.toContain('@petsphere')
  },
)
