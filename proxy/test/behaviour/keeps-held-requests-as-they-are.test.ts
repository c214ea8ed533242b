import { once } from 'node:events'
import { request } from 'node:http'
import { expect, test, vi } from 'vitest'
import { stateOf } from '../harness/admin.ts'
import { ask, sendBytes } from '../harness/client.ts'
import { useHolding } from '../harness/holding.ts'
import { soon } from '../harness/soon.ts'
import { readAll } from '../harness/upstream.ts'

const holding = useHolding()

test('the body of a held write is not asked for', async () => {
  await holding.hold()
  const outgoing = request(new URL('/api/pets', holding.proxy.url), {
    method: 'POST',
    headers: { expect: '100-continue', 'content-length': 3, 'x-user': 'expecting' },
    agent: false,
  })
  let isWanted = false
  outgoing.on('continue', () => {
    isWanted = true
    outgoing.end('pet')
  })
  outgoing.flushHeaders()
  await holding.untilHeld(1)
  expect(isWanted).toBe(false)
  await holding.stand.finishSwitch('patients')
  const [response] = await once(outgoing, 'response')
  expect(response.statusCode).toBe(200)
  await readAll(response)
  expect(holding.stand.patient.received[0]!.body.toString()).toBe('pet')
})

test('a held write whose client went away is not sent to anybody', async () => {
  await holding.hold()
  const leaving = new AbortController()
  const writing = ask(holding.proxy.url, {
    method: 'POST',
    path: '/api/pets',
    headers: { 'x-user': 'leaving' },
    signal: leaving.signal,
  })
  await holding.untilHeld(1)
  leaving.abort()
  await expect(writing).rejects.toMatchObject({ name: 'AbortError' })
  await holding.untilHeld(0)
  await holding.stand.finishSwitch('patients')
  await holding.write('later')
  expect(holding.stand.patient.received.map(({ body }) => body.toString())).toEqual(['later'])
})

test('requests that wait in one connection behind a held one come in their order', async () => {
  await holding.hold()
  const head = (body: string, last = '') =>
    `POST /api/pets HTTP/1.1\r\nHost: x\r\nx-user: pipeline\r\nContent-Length: ${body.length}\r\n${last}\r\n${body}`
  const sending = sendBytes(
    holding.proxy.url,
    head('one') + head('two') + head('three', 'Connection: close\r\n'),
  )
  await vi.waitFor(
    async () => expect((await stateOf(holding.proxy)).slices.patients.held).toBeGreaterThan(0),
    soon,
  )
  await holding.stand.finishSwitch('patients')
  expect(await sending).toMatch(/(HTTP\/1\.1 200 [\s\S]*){3}/)
  const bodies = holding.stand.patient.received.map(({ body }) => body.toString())
  expect(bodies.toSorted()).toEqual(['one', 'three', 'two'])
})
