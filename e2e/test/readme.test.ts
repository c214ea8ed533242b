import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { disposable, freePort, type PetSphere, startPetSphere } from '@strangler/local'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = new URL('../..', import.meta.url)
const readme = readFileSync(new URL('README.md', root), 'utf8')
const run = promisify(execFile)

const dataDir = mkdtempSync(join(tmpdir(), 'strangler-readme-'))
chmodSync(dataDir, 0o755) // Else root, who lends Postgres another account, keeps the data elsewhere.
let petSphere: PetSphere

beforeAll(async () => {
  const [port, adminPort] = [await freePort(), await freePort()]
  const say = () => {}
  petSphere = await startPetSphere({
    port,
    adminPort,
    dataDir,
    size: 'medium',
    say,
    postgres: disposable,
  })
}, 300_000)

afterAll(async () => {
  await petSphere?.[Symbol.asyncDispose]()
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })
}, 60_000)

/** What the README shows: a command after each `$`, and what it printed. */
const shown = [...readme.matchAll(/```console\n([^]*?)```/g)].flatMap(([, block]) =>
  block!
    .split(/^\$ /m)
    .slice(1)
    .map((text) => {
      const [command, ...output] = text.trimEnd().split('\n')
      return { command: command!, output: output.join('\n') }
    }),
)

/** Numbers, times and names of processes differ from run to run; runs of spaces with them. */
function shape(text: string): string {
  return text
    .replaceAll(/(?:local|vm)[\w.-]*|proxies {2}\S+/g, 'PROCESS')
    .replaceAll(/\b\d[\d,.:-]*\b/g, '#')
    .replaceAll(/# (?:s|min) ago/g, '# ago')
    .replaceAll(/ +/g, ' ')
    .trim()
}

test('the README shows commands', () => {
  expect(shown.map(({ command }) => command)).toContain(
    'npx strangler switch patients --to extracted',
  )
})

test.for(shown)('the README is right about $command', async ({ command, output }) => {
  const [npx, ...args] = command.split(' ')
  expect(npx).toBe('npx')
  const env = { ...process.env, DATA_DIR: dataDir, FORCE_COLOR: '' }
  const { stdout } = await run('npx', ['--offline', ...args], { cwd: root, env })
  expect(shape(stdout)).toBe(shape(output))
})

test('the README names each script of package.json that people are to use', () => {
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
    scripts: Record<string, string>
  }
  for (const name of Object.keys(scripts)) {
    expect(readme).toMatch(new RegExp(`npm (?:run )?${name}\\b`))
  }
})

test('each link of the README leads somewhere', () => {
  for (const [, target] of readme.matchAll(/\]\((?!https?:)([^)#]+)/g)) {
    expect(() => readFileSync(new URL(target!, root)), target).not.toThrow(/ENOENT/)
  }
})

test('its logins are those of the client', async () => {
  const logins = [...readme.matchAll(/\| (\S+@petsphere\.test) +\| `(\S+)`/g)]
  expect(logins).toHaveLength(4)
  for (const [, email, password] of logins) {
    const response = await fetch(`${petSphere.url}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
    })
    expect(response.status, email).toBe(200)
  }
})
