import { once } from 'node:events'
import jwt from 'jsonwebtoken'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { createLog, type Log } from '../../src/log.ts'
import { type Mailbox, openMailbox } from '../harness/mailbox.ts'
import { json, jwtSecret, type Petsphere, signIn, startPetsphere } from '../harness/petsphere.ts'
import { Postgres } from '../harness/postgres.ts'

const admin = 'admin@petsphere.test'
const owner = 'owner@petsphere.test'
let postgres: Postgres
let url: string
let mailbox: Mailbox
let petsphere: Petsphere

beforeAll(async () => {
  postgres = await Postgres.open()
  url = await postgres.seededDatabase('petsphere')
  mailbox = await openMailbox()
  petsphere = await startPetsphere(url, undefined, { smtpUrl: mailbox.url })
})

afterAll(async () => {
  await petsphere[Symbol.asyncDispose]()
  await mailbox[Symbol.asyncDispose]()
  await postgres[Symbol.asyncDispose]()
})

const idOf = async (email: string) =>
  (await postgres.sql<{ id: number }>(url, 'select id from users where email = $1', [email]))[0]!.id

async function tell(at: Petsphere, who: string, word: string): Promise<unknown> {
  const body = { userIds: [await idOf(who)], template: 'stock-low', data: { item: word } }
  const answer = await at.fetch('/api/notifications', json(body), admin)
  expect(answer.status).toBe(201)
  return answer.json()
}

async function inbox(who: string): Promise<{ subject: string; seen: boolean }[]> {
  const answer = await petsphere.fetch('/api/notifications', {}, who)
  const body = (await answer.json()) as { notifications: { subject: string; seen: boolean }[] }
  return body.notifications
}

const live = (protocols: string[], headers: Record<string, string> = {}, path = '') =>
  new WebSocket(`${petsphere.url.replace('http', 'ws')}/api/notifications/live${path}`, protocols, {
    headers,
  })

async function refusalOf(socket: WebSocket): Promise<unknown> {
  const [, answer] = (await once(socket, 'unexpected-response')) as [
    unknown,
    { statusCode: number },
  ]
  socket.on('error', () => {}).terminate()
  return answer.statusCode
}

async function nextMessage(socket: WebSocket): Promise<unknown> {
  const [data] = (await once(socket, 'message')) as [Buffer]
  return JSON.parse(data.toString())
}

test('whoever is told something finds it in the inbox and in the mail', async () => {
  expect(await tell(petsphere, owner, 'Żółty “plaster”')).toEqual({ sent: 1, mailed: 1 })
  expect((await inbox(owner))[0]).toMatchObject({ subject: 'Order soon: Żółty “plaster”' })
  expect(mailbox.mails.at(-1)).toMatch(/^To: owner@petsphere\.test\r$/m)
})

test('a visit that is booked is told to the owner of the animal', async () => {
  const free = await petsphere.fetch('/api/availability?date=2031-03-03&serviceTypeId=1', {}, admin)
  const { slots } = (await free.json()) as { slots: { vetId: number; start: string }[] }
  const visit = { petId: 1, vetId: slots[0]!.vetId, serviceTypeId: 1, start: slots[0]!.start }
  expect((await petsphere.fetch('/api/appointments', json(visit), admin)).status).toBe(201)
  expect((await inbox(owner))[0]).toMatchObject({ kind: 'appointment-booked', seen: false })
  expect(mailbox.mails.at(-1)).toContain('is booked for Mon 3 Mar 2031')
})

test('looking into the inbox marks what is shown as seen', async () => {
  await tell(petsphere, owner, 'new')
  expect((await inbox(owner))[0]!.seen).toBe(false)
  expect((await inbox(owner))[0]!.seen).toBe(true)
})

test('whoever wants no mail gets none, and is told all the same', async () => {
  const choice = json({ template: 'stock-low', channels: ['in_app'] }, 'PUT')
  expect((await petsphere.fetch('/api/notification-preferences', choice, admin)).status).toBe(200)
  const mails = mailbox.mails.length
  expect(await tell(petsphere, admin, 'quietly')).toEqual({ sent: 1, mailed: 0 })
  expect(mailbox.mails).toHaveLength(mails)
  expect((await inbox(admin))[0]!.subject).toBe('Order soon: quietly')
})

test('when the mail server is away the request succeeds, and the loss is logged', async () => {
  const gone = await openMailbox()
  await gone[Symbol.asyncDispose]()
  const lines: string[] = []
  const log: Log = createLog(
    (line) => lines.push(line),
    () => new Date(0),
  )
  await using lonely = await startPetsphere(url, undefined, { smtpUrl: gone.url, log })
  expect(await tell(lonely, owner, 'lost')).toEqual({ sent: 1, mailed: 0 })
  expect(lines.join('\n')).toContain('mail was not sent')
})

test('without a mail server it says that mail is off', async () => {
  const lines: string[] = []
  const log: Log = createLog(
    (line) => lines.push(line),
    () => new Date(0),
  )
  await using silent = await startPetsphere(url, undefined, { log })
  expect(await tell(silent, owner, 'unsent')).toEqual({ sent: 1, mailed: 0 })
  expect(lines.join('\n')).toContain('mail is off: SMTP_URL is not set')
})

test('what somebody is told shows at once in each of their open windows, and in nobody else’s', async () => {
  const token = await signIn(petsphere.url, owner)
  const another = await signIn(petsphere.url, admin)
  const windows = [
    live(['bearer', token]),
    live([], { authorization: `Bearer ${token}` }),
    live(['bearer', another]),
  ]
  await Promise.all(windows.map((each) => once(each, 'open')))
  expect(windows[0]!.protocol).toBe('bearer')
  const elsewhere = nextMessage(windows[2]!)
  const messages = windows.slice(0, 2).map(nextMessage)
  await tell(petsphere, owner, 'now')
  for (const message of await Promise.all(messages)) {
    expect(message).toMatchObject({ subject: 'Order soon: now', seen: false })
  }
  await tell(petsphere, admin, 'for the admin')
  expect(await elsewhere).toMatchObject({ subject: 'Order soon: for the admin' })
  windows.forEach((each) => each.terminate())
})

test('a window that closed again is forgotten', async () => {
  const token = await signIn(petsphere.url, owner)
  const socket = live(['bearer', token])
  await once(socket, 'open')
  socket.close()
  await once(socket, 'close')
  expect(await tell(petsphere, owner, 'nobody looks')).toMatchObject({ sent: 1 })
})

const claims = { sub: '1', role: 'admin', clinic_id: 1, email: admin, name: 'A' }

test.each([
  ['no token', []],
  ['a forged token', ['bearer', jwt.sign(claims, 'another secret altogether')]],
  ['an expired token', ['bearer', jwt.sign({ ...claims, exp: 1_700_000_000 }, jwtSecret)]],
])('with %s nobody is let in', async (_, protocols) => {
  expect(await refusalOf(live(protocols))).toBe(401)
})

test('nothing else can be watched', async () => {
  const token = await signIn(petsphere.url, admin)
  expect(await refusalOf(live(['bearer', token], {}, '/nothing'))).toBe(404)
})

test('a window ends when its token does', async () => {
  const exp = Math.floor(Date.now() / 1000) + 2
  const socket = live(['bearer', jwt.sign({ ...claims, exp }, jwtSecret)])
  const [code] = (await once(socket, 'close')) as [number]
  expect(code).toBe(4401)
})
