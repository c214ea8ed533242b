import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { program } from '../src/system/program.ts'
import { Supervisor } from '../src/system/supervisor.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'strangler-supervisor-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A part that appends its process id to a file when it has started. */
function part(name: string, source = '') {
  const file = join(folder, `${name}.mjs`)
  const started = join(folder, `${name}.started`)
  writeFileSync(
    file,
    `import { appendFileSync } from 'node:fs'
     ${source}
     appendFileSync(${JSON.stringify(started)}, process.pid + '\\n')
     setInterval(() => {}, 1000)`,
  )
  const pids = () => {
    try {
      return readFileSync(started, 'utf8').trim().split('\n').map(Number)
    } catch {
      return []
    }
  }
  let expected = 0
  const one = program({
    name,
    command: [file],
    env: {},
    logFile: join(folder, 'logs', `${name}.log`),
    isReady: async () => pids().length > expected,
  })
  const start = async () => {
    expected = pids().length
    return one.start()
  }
  return { part: { name, start }, pids }
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('a part that is killed starts again, and a person is told', async () => {
  const said: string[] = []
  const { part: one, pids } = part('one')
  await using supervisor = new Supervisor({ say: (line) => said.push(line), firstPauseMs: 10 })
  await supervisor.start(one)
  process.kill(pids()[0]!, 'SIGKILL')
  await vi.waitFor(() => expect(said).toContain('one is back.'), 10_000)
  expect(said[0]).toBe('one has died (SIGKILL); it starts again in 0.01 s.')
  expect(pids()).toHaveLength(2)
  expect(supervisor.running('one')!.process.pid).toBe(pids()[1])
})

test('a part that cannot start again is tried with growing pauses, and the end of its log is shown', async () => {
  const said: string[] = []
  const broken = join(folder, 'broken')
  const { part: one, pids } = part(
    'one',
    `import { existsSync } from 'node:fs'
     if (existsSync(${JSON.stringify(broken)})) throw new Error('the disk is full')`,
  )
  await using supervisor = new Supervisor({ say: (line) => said.push(line), firstPauseMs: 10 })
  await supervisor.start(one)
  writeFileSync(broken, '')
  process.kill(pids()[0]!, 'SIGKILL')
  await vi.waitFor(
    () => expect(said.filter((line) => line.includes('full'))).toHaveLength(3),
    20_000,
  )
  const pauses = said.map((line) => Number(/again in ([\d.]+) s/.exec(line)?.[1]))
  expect(pauses.slice(0, 4)).toEqual([0.01, 0.02, 0.04, 0.08])
  rmSync(broken)
  await vi.waitFor(() => expect(said).toContain('one is back.'), 10_000)
})

test('a part that does not start at first fails with the end of its log', async () => {
  const { part: one } = part('one', `throw new Error('no such database')`)
  await using supervisor = new Supervisor({ say: () => {} })
  await expect(supervisor.start(one)).rejects.toThrow(
    /ended while it started \(exit code 1\)[^]*no such database/,
  )
})

test('everything is stopped at the end, the last part first', async () => {
  const ends = join(folder, 'ends')
  const tell = (name: string) =>
    `process.on('SIGTERM', () => { appendFileSync(${JSON.stringify(ends)}, '${name} '); process.exit() })`
  const [first, second] = [part('first', tell('first')), part('second', tell('second'))]
  {
    await using supervisor = new Supervisor({ say: () => {} })
    await supervisor.start(first.part)
    await supervisor.start(second.part)
  }
  expect(readFileSync(ends, 'utf8')).toBe('second first ')
  expect([...first.pids(), ...second.pids()].some(isAlive)).toBe(false)
})

test.each([
  ['its parts end', 'true'],
  ['a part that is still starting ends too', 'false'],
])('when the supervisor itself is killed, %s', async (_, isReady) => {
  const { pids } = part('one')
  const main = join(folder, 'main.ts')
  const source = (name: string) => JSON.stringify(new URL(`../src/system/${name}`, import.meta.url))
  writeFileSync(
    main,
    `import { Supervisor } from ${source('supervisor.ts')}
     import { program } from ${source('program.ts')}
     await new Supervisor({ say() {} }).start(program({
       name: 'one', command: [${JSON.stringify(join(folder, 'one.mjs'))}], env: {},
       logFile: ${JSON.stringify(join(folder, 'one.log'))}, isReady: async () => ${isReady},
     }))`,
  )
  const supervisor = spawn(process.execPath, [main], { stdio: 'inherit' })
  await vi.waitFor(() => expect(pids()).toHaveLength(1), 20_000)
  supervisor.kill('SIGKILL')
  await once(supervisor, 'exit')
  await vi.waitFor(() => expect(isAlive(pids()[0]!)).toBe(false), 20_000)
})
