import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { startPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Handle } from '../../src/events/index.ts'
import { createEventStand, type EventStand } from '../events.ts'
import { keepNote } from '../keep-note.ts'
import { stack, texts } from '../stand.ts'

const opened = new AsyncDisposableStack()
const patience = { timeout: stack ? 90_000 : 30_000, interval: 50 }
let stand: EventStand

beforeAll(async () => {
  if (stack?.missing !== undefined) return
  stand = opened.use(await createEventStand(opened.use(await startPostgres())))
  stand.startWorker()
  await stand.done('sync-start')
}, 300_000)
afterAll(() => opened.disposeAsync())

test('an event that was committed by a process which was killed before it told anybody is handled once', async () => {
  for (const n of ['1', '2']) await stand.publish('k', { n })
  const dying = spawn(process.execPath, [join(import.meta.dirname, '../dying-consumer.ts')], {
    env: { ...process.env, ...stand.environment },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  expect(await once(dying, 'exit')).toEqual([null, 'SIGKILL'])
  expect(await stand.handled('k')).toEqual(['1'])
  const other = stand.startConsumer()
  await expect.poll(() => stand.handled('k'), patience).toEqual(['1', '2'])
  await other.stop()
})

test('an event that no process outlives becomes a dead letter, and others are handled meanwhile', async () => {
  for (const n of ['1', 'deadly', '2']) await stand.publish('p', { n })
  for (const n of ['1', '2', '3']) await stand.publish('q', { n })
  const env = { ...process.env, ...stand.environment }
  const isOver = async () => {
    const [letters, others] = [await stand.letters(), await stand.handled('q')]
    return letters.length === 2 && letters[0]![3] === 't' && others.length === 3
  }
  // Whoever finds that it has failed once too often is the first that lives on.
  for (let starts = 1; !(await isOver()); starts++) {
    expect(starts).toBeLessThanOrEqual(5)
    const dying = spawn(process.execPath, [join(import.meta.dirname, '../mortal-consumer.ts')], {
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    await vi.waitUntil(async () => dying.signalCode !== null || (await isOver()), patience)
    dying.kill('SIGKILL')
  }
  expect(await stand.letters()).toEqual([
    ['p', 'deadly', '3', 't'],
    ['p', '2', '0', 'f'],
  ])
  const [[why]] = (await texts(
    stand.mailer,
    `select error from strangler.event_letter where payload ->> 'n' = 'deadly'`,
  )) as [[string]]
  expect(why).toBe('its process ended while it was handled')
  expect(await stand.handled('p')).toEqual(['1'])
  expect(await stand.handled('q')).toEqual(['1', '2', '3'])
})

test('an event that its database forbids for now, and that is a letter already, holds up no other letter', async () => {
  await stand.mailer.superuser.query(`
    create function pass() returns void language plpgsql as $$ begin
      raise exception 'closed' using errcode = 'SF001'; end $$`)
  let failures = 1
  const handle: Handle = async (event, client) => {
    const { n } = event.payload as { n: string }
    if (n === 'forbidden') await client.query('select pass()')
    if (n === 'unlucky' && failures-- > 0) throw new Error('no luck')
    await keepNote(event, client)
  }
  const first = stand.startConsumer(handle)
  await stand.publish('r', { n: 'forbidden' })
  await expect.poll(() => stand.letters(), patience).toContainEqual(['r', 'forbidden', '0', 'f'])
  await first.stop()
  stand.startConsumer(handle)
  await stand.publish('s', { n: 'unlucky' })
  await expect.poll(() => stand.handled('s'), patience).toEqual(['unlucky'])
  expect(await stand.letters()).toContainEqual(['r', 'forbidden', '0', 'f'])
})
