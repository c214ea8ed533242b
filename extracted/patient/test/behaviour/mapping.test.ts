import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClient } from '../../../../legacy/server/contract/http-client.ts'
import { contents, loadLegacy, loadService, withClient } from '../harness/conversion.ts'
import { requests } from '../harness/requests.ts'
import { startService } from '../harness/service.ts'
import { Postgres, serviceDatabase } from '../harness/sides.ts'
import { tokenOf } from '../harness/tokens.ts'

let postgres: Postgres
let legacyUrl: string
let serviceUrl: string
let nth = 0

const uuid = '11111111-2222-4333-8444-555555555555'
const day = "'2025-01-01T00:00:00.000001Z'"

/** Rows that the monolith's tables can hold, though no client gets some of them in. */
const awkward = `
  insert into species (code, name, breeds) values
    ('', '', '{}'), ('two dimensions', '|', '{{a,"b c"},{NULL,"NULL"}}'), ('ä', 'x', '{NULL,""}');
  insert into owners (clinic_id, full_name, address) values
    (1, '', null), (1, ' ', 'null'), (1, '  ', '[]'), (1, 'a ', '5'), (1, ' a', '{"city": 5}'),
    (1, 'a  b', '{"city": null}'), (1, e'a\\tb', '{"city": "x"}'), (1, e'a\\u00a0b', '"text"');
  insert into owners (id, clinic_id, full_name, created_at, updated_at) values
    ('${uuid}', 2, 'Ada', '-infinity', 'infinity'),
    ('ffffffff-ffff-ffff-ffff-ffffffffffff', 2, 'Ada', '0044-03-15 BC', ${day});
  insert into pets (id, owner_id, species_code, name, attributes, birth_date, deleted_at) values
    (2147483646, '${uuid}', '', '', '{"color": ""}', '1000-01-01', 'infinity'),
    (2147483645, '${uuid}', '', ' ', '{"Color": 1, "color": "null"}', '2999-12-31', ${day}),
    (-1, '${uuid}', 'ä', ' ', '{"a": {"color": 1.50}, "n": 1e-7}', '2024-02-29', null);
  insert into vaccinations (id, pet_id, vaccine, given_on, due_on, status, price) values
    (9223372036854775806, -1, '', 'infinity', null, 'overdue', '99999999.99'),
    (-9223372036854775808, -1, '', '0044-03-15 BC', '-infinity', 'done', '0.00');
  insert into attachments (pet_id, seq, filename, content_type, content) values
    (-1, 2147483647, '', '', ''), (-1, 1, '/', 'x', '\\x00ff');
`

beforeAll(async () => {
  postgres = await Postgres.open()
  legacyUrl = await postgres.seededDatabase('legacy')
  await withClient(legacyUrl, (client) => client.query(awkward))
  serviceUrl = await serviceDatabase(postgres, 'patient')
  await loadService(legacyUrl, serviceUrl)
})

afterAll(() => postgres[Symbol.asyncDispose]())

/** A monolith's database with clinics and users, and no patients. */
async function legacyWithoutPatients(): Promise<string> {
  nth += 1
  const url = await postgres.seededDatabase(`legacy_${nth}`)
  await postgres.sql(url, 'truncate species, owners cascade')
  return url
}

test('every row of the monolith comes back from the service as it went in', async () => {
  const back = await legacyWithoutPatients()
  await loadLegacy(serviceUrl, back)
  expect(await contents(back, 'legacy')).toEqual(await contents(legacyUrl, 'legacy'))
})

test('every row that the service takes fits the monolith, and comes back as it was', async () => {
  const { rows } = await withClient(serviceUrl, (client) =>
    client.query<{ id: string }>('select guardian_id as id from guardians where clinic_id = 1'),
  )
  const owners = rows.map(({ id }) => id)
  const writes = requests(owners).filter(({ method }) => method === 'POST' || method === 'PATCH')
  await using service = await startService(serviceUrl)
  const client = createClient(service.url)
  let taken = 0
  await fc.assert(
    fc.asyncProperty(writes, async ({ headers, ...rest }) => {
      const authorization = `Bearer ${tokenOf('admin')}`
      const { status } = await client.send({ ...rest, headers: { ...headers, authorization } })
      expect(status).toBeLessThan(500)
      taken += status < 300 ? 1 : 0
    }),
    { numRuns: 1500, endOnFailure: true },
  )
  client.close()
  expect(taken).toBeGreaterThan(300)

  const legacy = await legacyWithoutPatients()
  await loadLegacy(serviceUrl, legacy)
  const again = await serviceDatabase(postgres, 'patient_again')
  await loadService(legacy, again)
  expect(await contents(again, 'service')).toEqual(await contents(serviceUrl, 'service'))
})

describe('the service refuses what the monolith could not hold', () => {
  const refused = [
    ['23514', "guardians set given_name = 'a b'"],
    ['23502', 'guardians set given_name = null'],
    ['23502', 'guardians set clinic_id = null'],
    ['23502', 'guardians set marketing_opt_in = null'],
    ['23502', 'kinds set label = null'],
    ['23502', 'kinds set breeds = null'],
    ['23502', 'animals set display_name = null'],
    ['23502', 'animals set sex = null'],
    ['23502', 'animals set allergies = null'],
    ['23502', 'animals set traits = null'],
    ['23503', `animals set guardian_id = '${uuid.replaceAll('5', '6')}'`],
    ['23503', "animals set kind_code = 'dragon'"],
    ['23505', "animals set chip_number = 'the same'"],
    ['23514', "animals set born_on = '0999-12-31'"],
    ['23514', "animals set born_on = '3000-01-01'"],
    ['23514', "animals set born_on = 'infinity'"],
    ['23514', "animals set born_on = '2000-01-01 BC'"],
    ['23514', 'animals set weight_kg = 0'],
    ['23514', "animals set weight_kg = 'NaN'"],
    ['22003', 'animals set weight_kg = 1000'],
    ['23514', "animals set traits = '[]'"],
    ['23514', `animals set traits = '{"color": "twice"}'`],
    ['23514', 'animals set insurance_limit = -0.01'],
    ['23514', "animals set insurance_limit = 'NaN'"],
    ['22003', "animals set insurance_limit = 'infinity'"],
    ['22003', 'animals set insurance_limit = 10000000000'],
    ['23514', "immunizations set status = 'given', given_on = null, due_on = '2025-01-01'"],
    ['23514', "immunizations set status = 'late', given_on = null, due_on = null"],
    ['23514', 'immunizations set price = -1'],
    ['22003', 'immunizations set price = 100000000'],
    ['23502', 'immunizations set vaccine = null'],
    ['23503', 'immunizations set animal_id = 0'],
    ['23514', 'documents set number = 0'],
    ['23502', 'documents set body = null'],
    ['23502', 'documents set media_type = null'],
    ['23503', 'documents set animal_id = 0 where number = 2147483647'],
  ]

  test.each(refused)('%s: %s', async (state, change) => {
    const outcome = await withClient(serviceUrl, (client) =>
      client.query(`update ${change}`).then(
        () => 'taken',
        ({ code }: { code: string }) => code,
      ),
    )
    expect(outcome).toBe(state)
  })
})
