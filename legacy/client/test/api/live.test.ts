import { expect, test } from 'vitest'
import { createLive, type LiveSocket } from '../../src/api/live.ts'

interface FakeSocket extends LiveSocket {
  readonly token: string
  isClosed: boolean
}

function around({ tokens = ['first'] as (string | null)[] } = {}) {
  const sockets: FakeSocket[] = []
  const waits: { work: () => void; ms: number }[] = []
  const renewed: string[] = []
  const heard: string[] = []
  let caughtUp = 0
  const live = createLive({
    session: {
      token: () => Promise.resolve(tokens.length > 1 ? tokens.shift()! : tokens[0]!),
      renew: (rejected) => {
        renewed.push(rejected)
        return Promise.resolve('renewed')
      },
    },
    open: (token) => {
      const socket: FakeSocket = {
        token,
        isClosed: false,
        onopen: null,
        onmessage: null,
        onclose: null,
        close: () => void (socket.isClosed = true),
      }
      sockets.push(socket)
      return socket
    },
    later: (work, ms) => {
      const wait = { work, ms }
      waits.push(wait)
      return () => void waits.splice(waits.indexOf(wait), 1)
    },
    random: () => 0,
  })
  const stop = live.listen({
    hear: ({ subject }) => heard.push(subject),
    catchUp: () => void caughtUp++,
  })
  return { sockets, waits, renewed, heard, stop, caughtUp: () => caughtUp }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))
const lost = (socket: FakeSocket, code = 1006) =>
  socket.onclose!.call(socket as unknown as WebSocket, { code } as CloseEvent)
const opened = (socket: FakeSocket) =>
  socket.onopen!.call(socket as unknown as WebSocket, {} as Event)

test('what is written is heard, and what was written before is asked for', async () => {
  const { sockets, heard, caughtUp } = around()
  await settled()
  opened(sockets[0]!)
  const data = JSON.stringify({ subject: 'Order soon: Gauze' })
  sockets[0]!.onmessage!.call(sockets[0] as unknown as WebSocket, { data } as MessageEvent)
  expect([sockets[0]!.token, caughtUp(), heard]).toEqual(['first', 1, ['Order soon: Gauze']])
})

test('a connection that is lost is opened again, ever less eagerly until one holds', async () => {
  const { sockets, waits } = around()
  await settled()
  for (const ms of [1000, 2000, 4000]) {
    lost(sockets.at(-1)!)
    expect(waits.at(-1)!.ms).toBe(ms)
    waits.at(-1)!.work()
    await settled()
  }
  opened(sockets.at(-1)!)
  lost(sockets.at(-1)!)
  expect([sockets.length, waits.at(-1)!.ms]).toEqual([4, 1000])
})

test('a connection that outlived its token is opened with a new one', async () => {
  const { sockets, waits, renewed } = around()
  await settled()
  lost(sockets[0]!, 4401)
  waits[0]!.work()
  await settled()
  expect([renewed, sockets[1]!.token]).toEqual([['first'], 'renewed'])
})

test('nobody who has signed out is listened for', async () => {
  const { sockets, waits, stop } = around()
  await settled()
  lost(sockets[0]!)
  stop()
  expect([sockets[0]!.isClosed, waits]).toEqual([true, []])
  const signedOut = around({ tokens: [null] })
  await settled()
  expect([signedOut.sockets, signedOut.waits]).toEqual([[], []])
})
