import fc from 'fast-check'
import jwt from 'jsonwebtoken'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type Answer,
  type Client,
  createClient,
  type Request,
} from '../../../../legacy/server/contract/http-client.ts'
import { contents, readRows, withClient } from '../harness/conversion.ts'
import { freeze } from '../harness/freeze.ts'
import { pairs } from '../harness/mapping.ts'
import { type Asked, requests } from '../harness/requests.ts'
import { openSides, type Sides } from '../harness/sides.ts'
import { jwtSecret, tokenOf } from '../harness/tokens.ts'

let sides: Sides
let legacy: Client
let service: Client

beforeAll(async () => {
  sides = await openSides(freeze)
  legacy = createClient(sides.legacy.url)
  service = createClient(sides.service.url)
})

afterAll(async () => {
  legacy.close()
  service.close()
  await sides[Symbol.asyncDispose]()
})

function shown({ status, headers: all, body }: Answer) {
  const { date: _, ...headers } = all
  const text = body.toString('utf8')
  const isText = Buffer.from(text).equals(body)
  return { status, headers, body: isText ? text : body.toString('base64') }
}

/** What both sides say, with all headers but the time of day. */
async function send(request: Request) {
  const [expected, actual] = await Promise.all([legacy.send(request), service.send(request)])
  return { expected: shown(expected), actual: shown(actual) }
}

function ask({ as, headers, ...rest }: Asked) {
  const authorization = as === 'nobody' ? {} : { authorization: `Bearer ${tokenOf(as)}` }
  return send({ ...rest, headers: { ...headers, ...authorization } })
}

const get = (path: string, headers: Request['headers']): Request => ({
  method: 'GET',
  path,
  headers,
  body: undefined,
})

const ownersOfClinicOne = async () => {
  const { rows } = await sides.legacy.pool.query<{ id: string }>(
    'select id from owners where clinic_id = 1 order by id',
  )
  return rows.map(({ id }) => id)
}

test('whatever is seeded reads the same on both sides, byte by byte', async () => {
  const paths = ['/api/species', '/api/vaccinations/due?before=31/12/2999&limit=200']
  for (const page of [1, 2, 3]) {
    paths.push(`/api/owners?limit=30&page=${page}`, `/api/pets?per_page=50&page=${page}`)
  }
  for (const owner of await ownersOfClinicOne()) paths.push(`/api/owners/${owner}`)
  for (let pet = 1; pet <= 100; pet++) {
    paths.push(
      `/api/pets/${pet}`,
      `/api/pets/${pet}/vaccinations?limit=100`,
      `/api/pets/${pet}/attachments`,
    )
    for (const seq of [1, 2, 3]) paths.push(`/api/pets/${pet}/attachments/${seq}`)
  }
  for (const path of paths) {
    for (const as of ['admin', 'elsewhere', 'owner'] as const) {
      const authorization = `Bearer ${tokenOf(as)}`
      const { expected, actual } = await send(get(path, { authorization }))
      expect(actual, `${path} as ${as}`).toEqual(expected)
      const { etag } = expected.headers
      if (expected.status !== 200 || etag === undefined) continue
      const again = await send(get(path, { authorization, 'if-none-match': etag }))
      expect(again.expected.status).toBe(304)
      expect(again.actual).toEqual(again.expected)
    }
  }
})

const { sign } = jwt
const claims = { sub: '1', role: 'admin', clinic_id: 1, email: 'admin@petsphere.test', name: 'A' }
const without = (claim: keyof typeof claims) => {
  const { [claim]: _, ...others } = claims
  return others
}

const authorizations = {
  'as it should be': `Bearer ${sign(claims, jwtSecret)}`,
  'in lower case, far behind': `bearer    ${sign(claims, jwtSecret)}`,
  'with something behind it': `Bearer ${sign(claims, jwtSecret)} x`,
  'not a bearer': `Basic ${sign(claims, jwtSecret)}`,
  'no token': 'Bearer x.y.z',
  'of somebody else': `Bearer ${sign(claims, 'another secret altogether')}`,
  'of another algorithm': `Bearer ${sign(claims, jwtSecret, { algorithm: 'HS512' })}`,
  'of no algorithm': `Bearer ${sign(claims, '', { algorithm: 'none' })}`,
  expired: `Bearer ${sign({ ...claims, exp: 1_700_000_000 }, jwtSecret)}`,
  'not valid yet': `Bearer ${sign({ ...claims, nbf: 4_000_000_000 }, jwtSecret)}`,
  'a text': `Bearer ${sign('text', jwtSecret)}`,
  'without a subject': `Bearer ${sign(without('sub'), jwtSecret)}`,
  'without a name': `Bearer ${sign(without('name'), jwtSecret)}`,
  'without a clinic': `Bearer ${sign(without('clinic_id'), jwtSecret)}`,
  'of a subject that is no number': `Bearer ${sign({ ...claims, sub: 'x' }, jwtSecret)}`,
  'of a subject that fits nowhere': `Bearer ${sign({ ...claims, sub: '9999999999' }, jwtSecret)}`,
  'of a clinic that is no whole number': `Bearer ${sign({ ...claims, clinic_id: 1.5 }, jwtSecret)}`,
  'of an unknown role': `Bearer ${sign({ ...claims, role: 'anonymous' }, jwtSecret)}`,
}

test.each(Object.entries(authorizations))('a token %s', async (_, authorization) => {
  const headers = { authorization, 'content-type': 'application/json' }
  const vaccination = {
    method: 'POST',
    path: '/api/pets/1/vaccinations',
    headers,
    body: Buffer.from('{"vaccine":"x","givenOn":"01/01/2025"}'),
  }
  for (const request of [get('/api/pets', headers), vaccination]) {
    const { expected, actual } = await send(request)
    expect(actual).toEqual(expected)
  }
})

test('whatever is asked, both sides answer the same, write the same rows and audit the same', async () => {
  const statuses = new Map<number, number>()
  const someRequests = fc.array(requests(await ownersOfClinicOne()), {
    minLength: 40,
    maxLength: 40,
  })
  await fc.assert(
    fc.asyncProperty(someRequests, async (some) => {
      for (const asked of some) {
        const { expected, actual } = await ask(asked)
        expect(actual, `${asked.method} ${asked.path} ${asked.body?.toString()}`).toEqual(expected)
        statuses.set(expected.status, (statuses.get(expected.status) ?? 0) + 1)
      }
    }),
    // Each request changes what the next one finds, so a failure cannot be made smaller.
    { numRuns: 50, endOnFailure: true },
  )
  // The requests were worth asking: most succeed, and what can go wrong has gone wrong.
  for (const status of [200, 201, 204, 400, 401, 403, 404, 409, 415, 422]) {
    expect(statuses.get(status) ?? 0, `answers with ${status}`).toBeGreaterThan(0)
  }
  expect(statuses.get(500)).toBeUndefined()

  expect(await legacyRowsOfService()).toEqual(await contents(sides.legacyUrl, 'legacy'))
  expect(await auditTrail(sides.serviceUrl, 'audit_entries')).toEqual(
    await auditTrail(sides.legacyUrl, 'audit_log'),
  )
})

/** The service's rows as the monolith would hold them. */
function legacyRowsOfService() {
  return withClient(sides.serviceUrl, async (client) => {
    const legacy = await contents(sides.legacyUrl, 'legacy')
    const tables: Record<string, unknown> = {}
    for (const pair of pairs.filter((each) => each.legacy in legacy)) {
      const names = Object.keys(legacy[pair.legacy]![0] ?? {})
      const columns = Object.fromEntries(names.map((name) => [name, pair.toLegacy[name]!]))
      tables[pair.legacy] = await readRows(client, pair.service, columns)
    }
    return tables
  })
}

/** What happened to each row, in order; the order in which a cascade finds rows is nobody's concern. */
async function auditTrail(url: string, table: string) {
  const entries = await sides.postgres.sql(
    url,
    `select table_name, row_key, actor, action, change::text from ${table}
     where table_name <> 'appointments' order by table_name, row_key, id`,
  )
  expect(entries.length).toBeGreaterThan(100)
  return entries
}
