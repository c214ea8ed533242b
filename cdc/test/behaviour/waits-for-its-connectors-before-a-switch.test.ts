import { ask, readRequest } from '@strangler/core'
import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { library } from '../library.ts'
import { createStand, finished, patience, stack, type Stand, texts } from '../stand.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

/** A slice whose way back has no connector at work. */
async function paused(): Promise<{ stand: Stand; resume: () => Promise<unknown> }> {
  await using opened = new AsyncDisposableStack()
  const stand = opened.use(await createStand(postgres, library))
  stand.startWorker()
  await stand.done('sync-start')
  const sql = "select source ->> 'log' from strangler.position where stream like '%:reverse'"
  const [[topic]] = (await texts(stand.legacy, sql)) as [[string]]
  const tell = (what: string) =>
    fetch(`${stack!.connectUrl}/connectors/${topic}/${what}`, { method: 'PUT' })
  expect((await tell('pause')).status).toBe(202)
  await vi.waitFor(
    async () => expect(await stand.stream('reverse')).toMatchObject({ state: 'waiting' }),
    patience,
  )
  opened.move()
  return { stand, resume: () => tell('resume') }
}

test('a switch waits for a connector of the way back that is not at work yet', async () => {
  const { stand, resume } = await paused()
  await using _stand = stand
  const { control, slice } = stand
  const wanted = { kind: 'switch', slices: [slice], arguments: { to: 'extracted' } } as const
  const { id } = await ask(control, { ...wanted, requestedBy: 'a test' })
  await vi.waitFor(
    async () => expect((await readRequest(control, id))?.progress.step).toBe('checking'),
    patience,
  )
  await resume()
  expect(await finished(control, id)).toMatchObject({ state: 'done' })
})

test('a switch whose way back has no connector at work in time is refused, and says what it is', async () => {
  const { stand } = await paused()
  await using _stand = stand
  const { state, result } = await stand.request('switch', { to: 'extracted' })
  expect(state).toBe('refused')
  expect(result?.reasons).toEqual([
    expect.stringMatching(/^the reverse stream is waiting: its connector \S+ is paused$/),
  ])
})
