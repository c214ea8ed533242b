import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Running, serve, json } from '../http.ts'
import { createIdentity } from '../service/identity.ts'

let monolith: Running
let asked: string[]
let status: number
let time: number

beforeEach(async () => {
  asked = []
  status = 200
  time = 0
  const answer = '{"login":"clerk","role":"clerk","accountId":"5000000000"}'
  monolith = await serve(
    (request) => {
      asked.push(`${request.method} ${request.url} ${request.headers.cookie}`)
      return Promise.resolve(json(status, answer))
    },
    0,
    '127.0.0.1',
  )
})

afterEach(() => monolith.close())

const identity = () => createIdentity({ monolith: monolith.url, now: () => time })

test('asks the monolith once a second for a session, and sends it no other cookie', async () => {
  const { of } = identity()
  const users = await Promise.all([1, 2, 3].map(() => of('theme=dark; depot_sid=abc; lang=nl')))
  expect(users.map(({ login }) => login)).toEqual(['clerk', 'clerk', 'clerk'])
  expect(asked).toEqual(['GET /session depot_sid=abc'])
  time = 1001
  await of('depot_sid=abc')
  expect(asked).toHaveLength(2)
})

test('asks for each session apart', async () => {
  const { of } = identity()
  await of('depot_sid=abc')
  await of('depot_sid=def')
  expect(asked).toHaveLength(2)
})

test('refuses without asking when there is no session cookie', async () => {
  const { of } = identity()
  await expect(of(undefined)).rejects.toMatchObject({ status: 401 })
  await expect(of('other_depot_sid=abc')).rejects.toMatchObject({ status: 401 })
  expect(asked).toEqual([])
})

test('a session that the monolith does not know is refused', async () => {
  status = 401
  await expect(identity().of('depot_sid=abc')).rejects.toMatchObject({ status: 401 })
})

test('a monolith in trouble is a 503, and is asked again at once', async () => {
  const { of } = identity()
  status = 503
  await expect(of('depot_sid=abc')).rejects.toMatchObject({ status: 503 })
  status = 200
  expect(await of('depot_sid=abc')).toMatchObject({ login: 'clerk' })
})
