import fc from 'fast-check'
import type { Request } from '../../../../legacy/server/contract/http-client.ts'
import { bodies, codes, nthUuid, texts } from './plausible.ts'
import { everybody, type Who } from './tokens.ts'

export interface Asked extends Request {
  readonly as: Who | 'nobody'
}

type Path = fc.Arbitrary<string>

const encoded = (arbitrary: fc.Arbitrary<string>) =>
  arbitrary.map((text) => encodeURIComponent(text.toWellFormed()))

const path = (...parts: (string | Path)[]): Path =>
  fc
    .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
    .map((texts) => texts.join(''))

const odd = fc.constantFrom('0', '-1', '1.5', '007', 'x', '%31', '2147483647', '2147483648', '%00')

const id = (max: number): Path =>
  fc.oneof(
    { weight: 12, arbitrary: fc.integer({ min: 1, max }).map(String) },
    {
      weight: 1,
      arbitrary: fc.oneof(odd, fc.constantFrom('999999999999999999', '%E0%A4%A', 'due')),
    },
  )

function query(parameters: Readonly<Record<string, fc.Arbitrary<string>>>): Path {
  const pairs = Object.entries(parameters).map(([name, usual]) =>
    fc.option(
      fc.oneof(
        { weight: 10, arbitrary: encoded(usual).map((value) => `${name}=${value}`) },
        { weight: 1, arbitrary: odd.map((value) => `${name}=${value}`) },
        { weight: 1, arbitrary: fc.constant(`${name}=a&${name}=b`) },
      ),
      { nil: undefined, freq: 2 },
    ),
  )
  return fc.tuple(...pairs).map((sent) => `?${sent.filter((pair) => pair !== undefined).join('&')}`)
}

const numbers = (...these: number[]) => fc.constantFrom(...these.map(String))

const callers = fc.oneof(
  { weight: 8, arbitrary: fc.constant('admin' as const) },
  { weight: 8, arbitrary: fc.constantFrom(...everybody) },
  { weight: 1, arbitrary: fc.constant('nobody' as const) },
)

const mediaTypes = fc.constantFrom(
  'image/png',
  'text/plain; charset=utf-8',
  'text/html',
  'application/json',
  'a/b; c="d e"',
  'png',
  '',
)

/** Requests to all routes of the patients area, most of them such as clients send. */
export function requests(seededOwners: readonly string[]): fc.Arbitrary<Asked> {
  const ownerIds = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...seededOwners) },
    { weight: 6, arbitrary: fc.integer({ min: 1, max: 40 }).map(nthUuid) },
    { weight: 1, arbitrary: fc.constantFrom(nthUuid(0), seededOwners[0]!.toUpperCase(), 'x') },
  )
  const body = bodies(ownerIds)
  const [pet, vaccination, seq] = [id(112), id(1100), id(4)]
  const pets = path('/api/pets/', pet)
  const species = path('/api/species/', encoded(codes))
  const page = { page: numbers(1, 2, 3, 0), limit: numbers(1, 5, 20, 100, 101) }

  const reads = fc.oneof(
    path('/api/owners', query({ search: texts, ...page })),
    path('/api/owners/', ownerIds),
    path(
      '/api/pets',
      query({
        species: codes,
        owner_id: ownerIds,
        q: texts,
        page: page.page,
        per_page: page.limit,
      }),
    ),
    pets,
    path(pets, '/vaccinations', query({ cursor: vaccination, limit: page.limit })),
    path(
      '/api/vaccinations/due',
      query({
        before: fc.constantFrom('02/06/2025', '31/12/2999', '31/04/2024', '2024-01-01'),
        cursor: fc.constantFrom('2025-05-01_40', '2025-02-30_1', '2025-05-01', '2025-99-99_9'),
        limit: page.limit,
      }),
    ),
    path('/api/species', query({ q: texts })),
    path(pets, '/attachments'),
    path(pets, '/attachments/', seq),
    path(pets, '/nothing'),
    path('/api/PETS/', pet, '/'),
  )

  const written = (method: string, at: Path, json: fc.Arbitrary<unknown>) =>
    fc.record({
      method: fc.constant(method),
      path: at,
      headers: fc.constant({ 'content-type': 'application/json' }),
      body: json.map((value) => Buffer.from(JSON.stringify(value) ?? '')),
    })
  const bare = (methods: readonly string[], at: Path) =>
    fc.record({
      method: fc.constantFrom(...methods),
      path: at,
      headers: fc.constant({}),
      body: fc.constant(undefined),
    })
  const upload = fc.record({
    method: fc.constant('POST'),
    path: path(pets, '/attachments', query({ filename: texts, note: texts })),
    headers: fc
      .tuple(mediaTypes, fc.option(encoded(texts), { nil: '%zz', freq: 20 }))
      .map(([type, name]) => ({ 'content-type': type, 'x-filename': name })),
    body: fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
  })
  const broken = fc.record({
    method: fc.constantFrom('POST', 'PATCH'),
    path: fc.oneof(pets, fc.constantFrom('/api/pets', '/api/owners', '/api/species')),
    headers: fc.constantFrom(
      { 'content-type': 'application/json' },
      { 'content-type': 'application/json; charset=latin1' },
      { 'content-type': 'application/json', 'content-encoding': 'zip' },
      { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      { 'content-type': 'text/plain' },
    ),
    body: fc.constantFrom('{', '5', '"a"', '[]', '{}', ' ', '{"a":1,}').map((b) => Buffer.from(b)),
  })

  const request = fc.oneof(
    { weight: 12, arbitrary: bare(['GET'], reads) },
    { weight: 2, arbitrary: bare(['HEAD', 'OPTIONS', 'PUT'], reads) },
    { weight: 3, arbitrary: written('POST', fc.constant('/api/owners'), body.owner) },
    { weight: 3, arbitrary: written('PATCH', path('/api/owners/', ownerIds), body.ownerChange) },
    { weight: 2, arbitrary: bare(['DELETE'], path('/api/owners/', ownerIds)) },
    { weight: 5, arbitrary: written('POST', fc.constant('/api/pets'), body.pet) },
    { weight: 5, arbitrary: written('PATCH', pets, body.petChange) },
    { weight: 1, arbitrary: bare(['DELETE'], path('/api/pets/', id(300))) },
    { weight: 3, arbitrary: written('POST', fc.constant('/api/pets/search'), body.search) },
    { weight: 3, arbitrary: written('POST', path(pets, '/swap-microchip'), body.swap) },
    { weight: 3, arbitrary: written('POST', path(pets, '/vaccinations'), body.vaccination) },
    {
      weight: 4,
      arbitrary: written('PATCH', path('/api/vaccinations/', vaccination), body.vaccinationChange),
    },
    { weight: 2, arbitrary: bare(['DELETE'], path('/api/vaccinations/', vaccination)) },
    { weight: 2, arbitrary: written('POST', fc.constant('/api/species'), body.species) },
    { weight: 2, arbitrary: written('PATCH', species, body.speciesChange) },
    { weight: 1, arbitrary: bare(['DELETE'], species) },
    { weight: 4, arbitrary: upload },
    { weight: 2, arbitrary: bare(['DELETE'], path(pets, '/attachments/', seq)) },
    { weight: 1, arbitrary: broken },
  )
  return fc.tuple(callers, request).map(([as, rest]) => ({ as, ...rest }))
}
