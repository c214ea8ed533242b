import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { freePort, isFree } from '../src/system/ports.ts'

/** Asks for 200 ports, says which, and keeps them until it is ended. */
const asker = `
  const { freePort } = await import('${new URL('../src/system/ports.ts', import.meta.url).href}')
  const given = await Promise.all(Array.from({ length: 200 }, () => freePort()))
  console.log(given.join(' '))
  setTimeout(() => {}, 60_000)
`

test('no port is given twice, however many ask and however slow they are to listen', async () => {
  const askers = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ['--input-type=module', '--eval', asker], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  )
  try {
    const answers = askers.map(async ({ stdout }) => {
      const [line] = (await once(createInterface({ input: stdout }), 'line')) as [string]
      return line.split(' ').map(Number)
    })
    const own = Promise.all(Array.from({ length: 200 }, () => freePort()))
    const given = (await Promise.all([own, ...answers])).flat()
    expect(given).toHaveLength(1000)
    expect(new Set(given).size).toBe(1000)
  } finally {
    for (const each of askers) each.kill()
  }
})

test('a port that somebody listens on is not given', async () => {
  const next = (await freePort()) + 1
  await using taken = createServer().listen(next, '127.0.0.1')
  await once(taken, 'listening')
  expect(await isFree(next)).toBe(false)
  const given = await Promise.all(Array.from({ length: 100 }, () => freePort()))
  expect(given).not.toContain(next)
})
