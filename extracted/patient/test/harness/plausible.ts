import { createHash } from 'node:crypto'
import fc from 'fast-check'

type Arbitrary = fc.Arbitrary<unknown>

/** The UUIDs of frozen databases. */
export function nthUuid(n: number): string {
  const hex = createHash('md5').update(String(n)).digest('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

const words = fc.constantFrom(
  'Ada Lovelace',
  ' Padded  Name ',
  'Cher',
  'Tab\tbed',
  "Siobhán O'Connor-山田 🐕",
  'ÁÉ É',
  '100% _sure\\',
  'dog',
  'Rex',
  '\u0001',
  '"',
)

export const texts = fc.oneof(words, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }))

/** What no field wants, or only some. */
const odd: Arbitrary = fc.oneof(
  fc.constantFrom(null, true, 0, -1, 1.5, 1e21, 2 ** 31, '', ' ', [], {}, [null], [[]]),
  fc.constantFrom('a\0b', '\ud800', { a: '\0' }, { a: '\ud800' }, { color: '\0' }, { color: 1 }),
  fc.constantFrom(
    '2021-02-29',
    '31/04/2024',
    '1.005',
    '0.000',
    '9999999999.99',
    'male',
    '12345678',
  ),
  fc.constantFrom({ color: '\ud800', b: 1 }, ['\0'], 'x'.repeat(256), 'NaN', 'infinity', '-0'),
  fc.jsonValue({ maxDepth: 2 }),
)

const mostly = (usual: Arbitrary, other: Arbitrary = odd): Arbitrary =>
  fc.oneof({ weight: 30, arbitrary: usual }, { weight: 1, arbitrary: other })

const orNull = (usual: Arbitrary) => fc.oneof({ weight: 4, arbitrary: usual }, fc.constant(null))

/** Some of the fields, and some of them odd; those with a ! are hardly ever left out. */
function body(fields: Readonly<Record<string, Arbitrary>>): Arbitrary {
  const arbitraries = Object.entries(fields).map(([field, usual]) => [
    field.replace('!', ''),
    fc.option(mostly(usual), { freq: field.endsWith('!') ? 40 : 2, nil: undefined }),
  ])
  const record: Arbitrary = fc.record(Object.fromEntries(arbitraries))
  return fc.oneof({ weight: 30, arbitrary: record }, { weight: 1, arbitrary: odd })
}

const isoDays = fc.constantFrom('2020-02-29', '1000-01-01', '2999-12-31', '2024-05-31')
const writtenDays = fc.constantFrom('29/02/2024', '31/12/2999', '01/01/1000', '02/06/2025')
const money = fc.constantFrom(0, '0.01', 45.5, '99999999.99', '007')

export const codes = fc.constantFrom(
  'dog',
  'cat',
  'guinea pig',
  'reptile/tortoise',
  'newt',
  'ä %',
  'ox',
)
const chips = fc.oneof(
  fc.constantFrom('985000000000001', '985000000048282', 'ABCDEFGHI', 'abcdefghi'),
  fc.integer({ min: 1, max: 9999 }).map((n) => `985${String(n).padStart(12, '0')}`),
)
const jsonObjects = fc.dictionary(
  fc.oneof(fc.constantFrom('color', 'b', '10', '2', '', 'a.b', '__proto__'), texts),
  fc.oneof(texts, fc.jsonValue({ maxDepth: 2 })),
  { maxKeys: 4 },
)
const colored = fc
  .tuple(jsonObjects, texts)
  .map(([others, color]) => (Object.hasOwn(others, 'color') ? { ...others, color } : others))

export function bodies(ownerIds: fc.Arbitrary<string>) {
  const owner = {
    'fullName!': texts,
    email: orNull(fc.constantFrom('Owner@PetSphere.test', 'a@b.test', 'owner@petsphere.test')),
    phone: orNull(texts),
    address: orNull(jsonObjects),
    notes: orNull(texts),
    marketingOptIn: fc.boolean(),
  }
  const pet = {
    'owner_id!': ownerIds,
    'species_code!': codes,
    'name!': texts,
    sex: fc.constantFrom('M', 'F', 'MN', 'FS', 'U'),
    birth_date: orNull(isoDays),
    weight_kg: orNull(fc.constantFrom(0.001, '999.999', 12.5)),
    microchip: orNull(chips),
    allergies: fc.array(texts, { maxLength: 3 }),
    attributes: colored,
    insurance_limit: orNull(money),
  }
  const vaccination = {
    'vaccine!': texts,
    givenOn: orNull(writtenDays),
    dueOn: orNull(writtenDays),
    price: orNull(money),
    batch: orNull(texts),
  }
  const species = { 'code!': codes, 'name!': texts, breeds: fc.array(texts, { maxLength: 3 }) }
  return {
    owner: body(owner),
    pet: body(pet),
    vaccination: body(vaccination),
    species: body(species),
    ownerChange: body(mayMiss(owner)),
    petChange: body(mayMiss(pet)),
    vaccinationChange: body({
      ...mayMiss(vaccination),
      status: fc.constantFrom('done', 'due', 'overdue'),
    }),
    speciesChange: body(mayMiss(species)),
    swap: body({ 'withPetId!': fc.integer({ min: 1, max: 110 }) }),
    search: body({
      text: texts,
      species: orNull(fc.array(codes, { maxLength: 3 })),
      sex: orNull(fc.constantFrom('M', 'FS')),
      born_from: orNull(isoDays),
      born_to: orNull(isoDays),
      allergy: orNull(texts),
      attributes: jsonObjects,
      limit: fc.constantFrom(1, 3, 200),
    }),
  }
}

const mayMiss = (fields: Readonly<Record<string, Arbitrary>>) =>
  Object.fromEntries(
    Object.entries(fields).map(([field, usual]) => [field.replace('!', ''), usual]),
  )
