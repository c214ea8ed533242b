import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { addSlices } from '@strangler/core'
import {
  createTestControlStore,
  startPostgres,
  type TestControlStore,
  type TestPostgres,
} from '@strangler/local/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../harness/command.ts'
import { createFolder, type Folder, planText } from '../harness/plan.ts'

const opened = new AsyncDisposableStack()
let postgres: TestPostgres
let control: TestControlStore
let folder: Folder

beforeAll(async () => {
  postgres = opened.use(await startPostgres())
  control = opened.use(await createTestControlStore(postgres))
  await addSlices(control.pool, ['patients', 'visits'])
  folder = opened.use(createFolder())
})
afterAll(() => opened.disposeAsync())

describe.concurrent('wrong usage ends with 2 and shows how it is used', () => {
  test.each([
    ['an unknown command', ['swich', 'patients'], /unknown command 'swich'/],
    ['an unknown option', ['status', '--wacth'], /unknown option '--wacth'/],
    ['no slice', ['verify'], /missing required argument 'slice'/],
    ['no side', ['switch', 'patients'], /--to <side>/],
    ['a side that is none', ['switch', 'patients', '--to', 'new'], /extracted, legacy/],
    ['no share', ['shift', 'patients'], /--reads <percent>/],
    ['a share above 100', ['shift', 'patients', '--reads', '101'], /from 0 to 100/],
    ['a share that is no whole number', ['shift', 'patients', '--reads', '1e1'], /from 0 to 100/],
    ['a limit that is none', ['history', '--limit', '0'], /number of entries/],
    ['no database', ['init'], /--database <url>/],
  ])('%s', async (_, args, message) => {
    const { code, stderr, stdout } = await run(args)
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
    expect(stderr).toMatch(/Usage|strangler help/)
    expect(stdout).toBe('')
  })
})

test.each([[['--help']], [['help']], [['help', 'switch']], [['sync', '--help']]])(
  '%j shows the help and ends with 0',
  async (args) => {
    const { code, stdout } = await run(args)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Usage: strangler/)
  },
)

test('the status of one slice leaves out the others, and knows which there are', async () => {
  const env = { CONTROL_URL: control.url }
  const [text, json, wrong] = await Promise.all([
    run(['status', 'visits'], { env }),
    run(['status', 'visits', '--json'], { env }),
    run(['status', 'vists'], { env }),
  ])
  expect(text.stdout).toMatch(/^visits /m)
  expect(text.stdout).not.toContain('patients')
  expect(json.json.slices).toMatchObject([{ slice: 'visits' }])
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toContain('There are: patients, visits.')
})

test('an unknown slice is answered with those that there are', async () => {
  const env = { CONTROL_URL: control.url }
  const [text, json] = await Promise.all([
    run(['verify', 'pateints'], { env }),
    run(['switch', 'patients', 'vists', '--to', 'extracted', '--json'], { env }),
  ])
  expect(text.code).toBe(2)
  expect(text.stderr).toContain('There is no slice "pateints". There are: patients, visits.')
  expect(json.code).toBe(2)
  expect(json.json.error).toMatchObject({ code: 'NO_SUCH_SLICE', slice: 'vists' })
})

describe('a control store', () => {
  test('that is not set is named, with what it is for', async () => {
    const { code, stderr } = await run(['status'], { cwd: folder.path })
    expect(code).toBe(2)
    expect(stderr).toMatch(/CONTROL_URL is not set: the control store, for example postgres:/)
  })

  test('that does not answer ends with 5; the password is not printed', async () => {
    const env = { CONTROL_URL: 'postgres://strangler:hush@127.0.0.1:1/strangler' }
    const [text, json] = await Promise.all([
      run(['status'], { env }),
      run(['status', '--json'], { env }),
    ])
    expect(text.code).toBe(5)
    expect(text.stderr).toMatch(/does not answer.*Check CONTROL_URL/)
    expect(text.stderr).not.toMatch(/hush|\n +at /)
    expect(json.code).toBe(5)
    expect(json.json.error.code).toBe('UNREACHABLE')
    expect(json.stderr).toBe('')
  })

  test('that no worker has set up says so', async () => {
    await using empty = await postgres.createDatabase()
    const { code, stderr } = await run(['status'], { env: { CONTROL_URL: empty.url('app') } })
    expect(code).toBe(5)
    expect(stderr).toContain('no worker has run')
  })
})

describe('a plan', () => {
  test('that is not there is not found, and a draft is offered', async () => {
    const { code, stderr } = await run(['plan', '--plan', 'nowhere.ts'], { cwd: folder.path })
    expect(code).toBe(2)
    expect(stderr).toContain('strangler init')
  })

  test('that is wrong is answered with every problem, where it is and what is right', async () => {
    const file = folder.write(
      'wrong.ts',
      planText
        .replace("service: 'patient'", "service: 'patent'")
        .replace("'GET /api/pets'", "'api/pets'"),
    )
    const [text, json] = await Promise.all([
      run(['plan', '--plan', file]),
      run(['plan', '--plan', file, '--json']),
    ])
    expect(text.code).toBe(2)
    expect(text.stderr).toMatch(/slices\.patients\.service[\s\S]*for example/)
    expect(text.stderr).toMatch(/slices\.patients\.routes/)
    expect(json.json.error).toMatchObject({ code: 'WRONG_PLAN' })
    expect(json.json.error.problems.length).toBeGreaterThan(1)
  })

  test('whose database does not answer is shown all the same', async () => {
    const file = folder.write('right.ts', planText)
    const env = { LEGACY_COORDINATOR_URL: 'postgres://a:hush@127.0.0.1:1/nothing' }
    const down = await run(['plan', '--plan', file], { env })
    expect(down.code).toBe(0)
    expect(down.stdout).toContain('moves patients')
    expect(down.stdout).toMatch(/does not answer/)
    expect(down.stdout).not.toContain('hush')
    const unset = await run(['plan', '--plan', file])
    expect(unset.code).toBe(0)
    expect(unset.stdout).toContain('LEGACY_COORDINATOR_URL')
  })
})

describe('settings', () => {
  const dataDir = (name: string, text: string) => {
    mkdirSync(join(folder.path, name), { recursive: true })
    return folder.write(`${name}/strangler.env`, text)
  }

  test('come from the folder that a local start left here, below those of the environment', async () => {
    dataDir('one/.petsphere', `CONTROL_URL=${control.url}\n`)
    const cwd = join(folder.path, 'one')
    expect((await run(['status', '--json'], { cwd })).json.slices).toHaveLength(2)
    const env = { CONTROL_URL: 'postgres://a:b@127.0.0.1:1/nothing' }
    expect((await run(['status'], { cwd, env })).code).toBe(5)
  })

  test('come from DATA_DIR wherever it is run', async () => {
    dataDir('two/data', `CONTROL_URL=${control.url}\n`)
    const env = { DATA_DIR: join(folder.path, 'two/data') }
    expect((await run(['status', '--json'], { env })).json.slices).toHaveLength(2)
  })

  test('are not guessed when two folders have some', async () => {
    dataDir('three/.first', `CONTROL_URL=${control.url}\n`)
    dataDir('three/.second', `CONTROL_URL=${control.url}\n`)
    const { code, stderr } = await run(['status'], { cwd: join(folder.path, 'three') })
    expect(code).toBe(2)
    expect(stderr).toMatch(/\.first.*\.second.*DATA_DIR/)
  })
})

test('colour is for terminals, unless it is asked for', async () => {
  const env = { CONTROL_URL: control.url }
  const [plain, inCi, coloured, refused] = await Promise.all([
    run(['status'], { env }),
    run(['status'], { env: { ...env, CI: 'true' } }),
    run(['status'], { env: { ...env, FORCE_COLOR: '1' } }),
    run(['status', '--json'], { env: { ...env, FORCE_COLOR: '1' } }),
  ])
  expect(plain.stdout).not.toContain('\u001b[')
  expect(inCi.stdout).not.toContain('\u001b[')
  expect(coloured.stdout).toContain('\u001b[')
  expect(refused.stdout).not.toContain('\u001b[')
})
