import type { IncomingMessage } from 'node:http'
import { generateKeyPairSync } from 'node:crypto'
import { type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { createIdentify } from '../../src/identify/identify.ts'
import { testPlan, tokenSecret } from '../harness/plan.ts'

const key = new TextEncoder().encode(tokenSecret)
const address = 'address:203.0.113.7'

/** Identifies by the plan under test: a token, else a cookie, else a header, else the address. */
function identifier(now = () => 0) {
  const identify = createIdentify(testPlan(), {}, now)
  return (headers: Record<string, string>) =>
    identify({ headers, socket: { remoteAddress: '203.0.113.7' } } as unknown as IncomingMessage)
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const token = (payload: JWTPayload, { alg = 'HS256', by = key } = {}) =>
  new SignJWT(payload).setProtectedHeader({ alg }).sign(by)

const seconds = () => Math.floor(Date.now() / 1000)

describe('a token', () => {
  test.each(['HS256', 'HS384', 'HS512'])(
    'signed by %s is its subject, with its claims',
    async (alg) => {
      const signed = await token({ sub: '7', clinic: 3 }, { alg })
      const principal = await identifier()(bearer(signed))
      expect(principal).toMatchObject({ id: 'token:7', claims: { clinic: 3 } })
    },
  )

  test('that a WebSocket offers among its protocols is its subject', async () => {
    const offered = `v2, bearer, ${await token({ sub: '7' })}`
    const principal = await identifier()({ 'sec-websocket-protocol': offered })
    expect(principal.id).toBe('token:7')
  })

  test.each(['bearer', 'v2, other', '', 'bearer, nonsense'])(
    'is not in the protocols "%s"',
    async (offered) => {
      const principal = await identifier()({ 'sec-websocket-protocol': offered })
      expect(principal.id).toBe(address)
    },
  )

  test('of a numeric subject is that subject', async () => {
    const signed = await token({ sub: 7 } as unknown as JWTPayload)
    expect((await identifier()(bearer(signed))).id).toBe('token:7')
  })

  test.each([
    [
      'with another signature',
      () => token({ sub: '7' }, { by: new TextEncoder().encode('x'.repeat(32)) }),
    ],
    ['that has expired', () => token({ sub: '7', exp: seconds() - 10 })],
    ['that is not valid yet', () => token({ sub: '7', nbf: seconds() + 60 })],
    ['without a signature', async () => new UnsecuredJWT({ sub: '7' }).encode()],
    ['without a subject', () => token({ name: 'x' })],
    [
      'signed with a public key',
      () => {
        const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
        return new SignJWT({ sub: '7' }).setProtectedHeader({ alg: 'RS256' }).sign(privateKey)
      },
    ],
    ['that is none', async () => 'a.b.c'],
  ])('%s is nobody: the address counts', async (_, make) => {
    const signed = await make()
    const identify = identifier()
    expect(await identify(bearer(signed))).toEqual({ id: address, claims: {} })
    expect(await identify(bearer(signed))).toEqual({ id: address, claims: {} })
  })

  test('whose payload was changed after it was signed is nobody', async () => {
    const [head, , signature] = (await token({ sub: '7' })).split('.')
    const payload = Buffer.from('{"sub":"1"}').toString('base64url')
    const { id } = await identifier()(bearer(`${head}.${payload}.${signature}`))
    expect(id).toBe(address)
  })

  test('that is known is nobody any more once it has expired', async () => {
    const identify = identifier(() => performance.now())
    const signed = await token({ sub: '7', exp: seconds() + 2 })
    expect((await identify(bearer(signed))).id).toBe('token:7')
    await expect
      .poll(async () => (await identify(bearer(signed))).id, { timeout: 5000 })
      .toBe(address)
  })

  test('is asked before a cookie, and a cookie before a header', async () => {
    const headers = { cookie: 'session=abc', 'x-user': 'ann' }
    const identify = identifier()
    expect((await identify({ ...headers, ...bearer(await token({ sub: '7' })) })).id).toBe(
      'token:7',
    )
    expect((await identify(headers)).id).toMatch(/^session:/)
    expect((await identify({ 'x-user': 'ann' })).id).toBe('header:ann')
  })
})

describe('a session', () => {
  const idOf = async (cookie: string) => (await identifier()({ cookie })).id

  test('is the same one among other cookies, and another one is another', async () => {
    const id = await idOf('session=s3cret-value')
    expect(await idOf('a=1; session=s3cret-value; b=2')).toBe(id)
    expect(await idOf('session=other')).not.toBe(id)
  })

  test('is kept as a digest only', async () => {
    expect(await idOf('session=s3cret-value')).not.toContain('s3cret')
  })

  test.each(['xsession=abc', 'session', 'session=', 'other="; session"=abc', 'Session=abc'])(
    'is not found in %s',
    async (cookie) => {
      expect(await idOf(cookie)).toBe(address)
    },
  )
})

test('a token, a session, a header and an address of one text are four people', async () => {
  const identify = identifier()
  const ids = await Promise.all([
    identify(bearer(await token({ sub: 'x' }))),
    identify({ cookie: 'session=x' }),
    identify({ 'x-user': 'x' }),
    identify({}),
  ])
  expect(new Set(ids.map(({ id }) => id)).size).toBe(4)
})
