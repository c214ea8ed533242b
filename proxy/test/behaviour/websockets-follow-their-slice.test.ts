import { once } from 'node:events'
import { startPostgres } from '@strangler/local/testing'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { RunningProxy } from '../../src/proxy.ts'
import { stateOf } from '../harness/admin.ts'
import { type FlagServer, startFlagServer } from '../harness/flags.ts'
import { tokenSecret } from '../harness/plan.ts'
import { soon } from '../harness/soon.ts'
import { createStand, type SliceName, type Stand } from '../harness/stand.ts'
import { echo, open, type Opened, opening } from '../harness/websocket.ts'

const opened = new AsyncDisposableStack()
let stand: Stand
let flags: FlagServer
let proxy: RunningProxy

beforeAll(async () => {
  const postgres = opened.use(await startPostgres())
  stand = opened.use(await createStand(postgres))
  flags = opened.use(await startFlagServer())
  proxy = await stand.start({ settings: flags.settings })
})
afterAll(() => opened[Symbol.asyncDispose]())
beforeEach(async () => {
  for (const upstream of [stand.legacy, stand.patient]) void echo(upstream)
  await stand.switchTo('patients', 'legacy')
  await knows('patients')
})

/** Waits until the proxy has heard of what a slice's row says now. */
async function knows(slice: SliceName): Promise<void> {
  const { epoch } = await stand.row(slice)
  const known = async () => (await stateOf(proxy)).slices[slice].view.epoch
  await expect.poll(known, soon).toBe(epoch)
}

const live = (path: string, ...more: string[]) => open(proxy.url, opening(path, ...more))
const by = ({ answer }: Opened) => /x-by: (\w+)/i.exec(answer)?.[1]

test('a WebSocket of a slice opens at its owner, before a switch and after it', async () => {
  using before = await live('/api/pets/live')
  expect(by(before)).toBe('legacy')
  await stand.switchTo('patients', 'extracted')
  await knows('patients')
  using after = await live('/api/pets/live')
  expect(by(after)).toBe('patient')
  expect(await after.say('hello')).toBe('hello')
})

test('while writes are held one opens at the owner that there still is', async () => {
  await stand.announceHold('patients')
  await knows('patients')
  using during = await live('/api/pets/live')
  expect(by(during)).toBe('legacy')
  await stand.undoSwitch('patients')
})

test('those of other slices, and of none, go on through a switch', async () => {
  using ofNone = await live('/live')
  using ofAnother = await live('/api/visits')
  await stand.switchTo('patients', 'extracted')
  await knows('patients')
  expect(await ofNone.say('still here')).toBe('still here')
  expect(await ofAnother.say('still here')).toBe('still here')
})

test('those of the slice go on while writes are held, and are closed when the owner has changed', async () => {
  using one = await live('/api/pets/live')
  await stand.announceHold('patients')
  await knows('patients')
  expect(await one.say('held')).toBe('held')
  const closed = once(one.socket, 'close')
  await stand.finishSwitch('patients')
  await closed
  await knows('patients')
  using again = await live('/api/pets/live')
  expect(by(again)).toBe('patient')
})

test('those of the slice go on when a switch is undone', async () => {
  using one = await live('/api/pets/live')
  await stand.announceHold('patients')
  await stand.undoSwitch('patients')
  await knows('patients')
  expect(await one.say('still here')).toBe('still here')
})

test('one that opens after its owner changed under it is closed at once', async () => {
  const asked = Promise.withResolvers<() => void>()
  stand.legacy.server.removeAllListeners('upgrade')
  stand.legacy.server.on('upgrade', (_req, socket) => {
    const accept = () =>
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
      )
    socket.on('error', () => {})
    socket.once('end', () => socket.end())
    socket.resume()
    asked.resolve(accept)
  })
  const opening = live('/api/pets/live')
  const accept = await asked.promise
  await stand.switchTo('patients', 'extracted')
  await knows('patients')
  accept()
  using late = await opening
  if (!late.socket.closed) await once(late.socket, 'close')
  expect(late.answer).toMatch(/^HTTP\/1\.1 101 /)
})

test('where reads are shared it opens where the reads of its principal go', async () => {
  const token = await new SignJWT({ sub: '7' })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(tokenSecret))
  flags.set('patients', 100)
  await stand.shareReads('patients')
  await stand.reportLag('patients', 5)
  const answeredBy = async () => {
    await stand.reportLag('patients', 5)
    await stand.bring('forward')
    await stand.bring('reverse')
    using one = await live('/api/pets/live', `Sec-WebSocket-Protocol: bearer, ${token}`)
    return by(one)
  }
  await expect.poll(answeredBy, soon).toBe('patient')
})
