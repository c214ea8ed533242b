import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startPostgres, type TestPostgres } from '../../../local/src/testing/index.ts'
import { createCoordinatorPool } from '../../src/database/index.ts'
import { attemptMs, switchOwner } from '../../src/switch/index.ts'
import { createMove } from '../harness/move.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

const undone = { legacy: 'open at 3', extracted: 'fenced at 3', phase: 'idle', owner: 'legacy' }

test('A transaction of an application that keeps the fence from going up does not keep its undo waiting', async () => {
  await using moving = await createMove(postgres)
  const writer = await moving.legacy.connect()
  await writer.query('begin')
  await writer.query('insert into pets (note) values ($1)', ['still open'])
  const { reasons } = await switchOwner(moving.move, { onEffect: moving.stream })
  expect(reasons.join()).toContain('stayed locked')
  expect(await moving.state()).toMatchObject(undone)
  await writer.query('commit')
  expect(await moving.writable()).toEqual(['legacy'])
})

test('A verification that does not end is not waited for longer than an attempt may take', async () => {
  const never = () => new Promise<never>(() => {})
  await using moving = await createMove(postgres, ['pets'], never)
  const abort = new AbortController()
  const { reasons } = await switchOwner(moving.move, {
    abort: abort.signal,
    async onEffect(effect) {
      await moving.stream(effect)
      if (effect.kind === 'drain') setTimeout(() => abort.abort(), 100)
    },
  })
  expect(reasons.join()).toContain('what changed last was not verified in time')
  expect(await moving.state()).toMatchObject(undone)
})

test('A database that goes silent in the middle of a switch does not keep the owner closed', async () => {
  await using moving = await createMove(postgres)
  await using relay = await startSilentRelay(postgres.port)
  const url = new URL(moving.extracted.url('coordinator'))
  url.port = String(relay.port)
  const coordinator = createCoordinatorPool(url.href, 'test coordinator')
  await using _pool = { [Symbol.asyncDispose]: () => coordinator.end() }
  const extracted = { ...moving.move.extracted, coordinator }
  const switched = switchOwner(
    { ...moving.move, extracted },
    {
      async onEffect(effect) {
        await moving.stream(effect)
        if (effect.kind === 'drain') relay.silence()
      },
    },
  )
  await expect
    .poll(moving.state, { timeout: attemptMs + 6000 })
    .toMatchObject({ legacy: 'open at 3', phase: 'tidying' })
  await moving.legacy.app.query('insert into pets default values')
  relay.speak()
  await switched
  expect(await moving.state()).toMatchObject(undone)
}, 40_000)

interface SilentRelay extends AsyncDisposable {
  readonly port: number
  /** Passes nothing on any more, in either direction, and breaks nothing off: as a firewall does. */
  silence(): void
  /** Whoever comes from now on is heard. */
  speak(): void
}

async function startSilentRelay(target: number): Promise<SilentRelay> {
  const sockets = new Set<Socket>()
  let isSilent = false
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('data', (chunk) => void (isSilent || other.write(chunk)))
      socket.once('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    silence: () => void (isSilent = true),
    speak: () => void (isSilent = false),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
