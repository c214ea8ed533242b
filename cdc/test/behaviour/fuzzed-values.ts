import fc from 'fast-check'
import { upTo, words } from './fuzzed-words.ts'

/** The text of a value, as Postgres reads it; null for NULL. */
type Text = fc.Arbitrary<string>

const int = (min: number, max: number) => fc.integer({ min, max })
const pad = (value: number, length: number) => String(value).padStart(length, '0')
const texts = (arbitrary: fc.Arbitrary<number | bigint>): Text => arbitrary.map(String)

/** So long, and so unlike itself, that it is stored out of line. */
const longWords: Text = fc
  .uint8Array({ minLength: 2500, maxLength: 5000 })
  .map((bytes) => Buffer.from(bytes).toString('base64') + '🐕')

const digits = (max: number) => fc.stringMatching(/^[0-9]{1,9}$/).map((text) => text.slice(0, max))
const manyDigits = fc
  .array(digits(9), { minLength: 1, maxLength: 16 })
  .map((parts) => parts.join(''))
const sign = fc.constantFrom('', '-')
const numbers: Text = fc.oneof(
  fc.constantFrom('NaN', 'Infinity', '-Infinity', '0', '0.000', '1e-16383', '1e4000', '-1e-30'),
  fc.tuple(sign, manyDigits).map((parts) => parts.join('')),
  fc.tuple(sign, manyDigits, manyDigits).map(([minus, one, two]) => `${minus}${one}.${two}`),
  fc.tuple(sign, digits(4), digits(2)).map(([minus, one, two]) => `${minus}${one}.${two}0`),
)
const cents: Text = fc
  .tuple(sign, int(0, 99_999_999), int(0, 99))
  .map(([minus, whole, rest]) => `${minus}${whole}.${pad(rest, 2)}`)
const doubles: Text = fc.oneof(
  fc.constantFrom('NaN', 'Infinity', '-Infinity', '-0', '5e-324', '1.7976931348623157e308'),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((value) => (Object.is(value, -0) ? '-0' : String(value))),
  fc.double({ min: -1000, max: 1000, noNaN: true }).map(String),
)
const reals: Text = fc.oneof(
  fc.constantFrom('NaN', 'Infinity', '-0', '1e-45', '3.4028235e38'),
  fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => String(Math.fround(value))),
)

const months = fc.tuple(int(1, 12), int(1, 28)).map(([m, d]) => `-${pad(m, 2)}-${pad(d, 2)}`)
const dayOf = (years: fc.Arbitrary<number>): fc.Arbitrary<{ day: string; era: string }> =>
  fc.tuple(years, months).map(([year, rest]) => ({
    day: pad(year > 0 ? year : 1 - year, 4) + rest,
    era: year > 0 ? '' : ' BC',
  }))
const years = (last: number) =>
  fc.oneof(int(1900, 2100), int(-4711, 10), int(9990, 10_010), int(100_000, last))
const clock: Text = fc
  .tuple(int(0, 23), int(0, 59), int(0, 59), fc.oneof(fc.constant(0), int(0, 999_999)))
  .map(([h, m, s, us]) => `${pad(h, 2)}:${pad(m, 2)}:${pad(s, 2)}${us ? `.${pad(us, 6)}` : ''}`)
const days: Text = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom('infinity', '-infinity', '4714-11-24 BC') },
  { weight: 6, arbitrary: dayOf(years(5_874_896)).map(({ day, era }) => day + era) },
)
const zone: Text = fc
  .tuple(fc.constantFrom('+', '-'), int(0, 15), int(0, 59), int(0, 59))
  .map(([s, h, m, sec]) => `${s}${pad(h, 2)}:${pad(m, 2)}:${pad(sec, 2)}`)
const moments = (zones: Text): Text =>
  fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom('infinity', '-infinity') },
    {
      weight: 8,
      arbitrary: fc
        .tuple(dayOf(years(294_275)), clock, zones)
        .map(([{ day, era }, at, offset]) => `${day} ${at}${offset}${era}`),
    },
  )
const spans: Text = fc
  .tuple(
    fc.oneof(int(-20, 20), int(-170_000_000, 170_000_000)),
    int(-11, 11),
    fc.oneof(int(-40, 40), int(-2_147_483_648, 2_147_483_647)),
    fc.oneof(int(-90_000, 90_000), int(-2_000_000_000, 2_000_000_000)),
    int(-999_999, 999_999),
  )
  .map(([y, m, d, s, us]) => `${y} years ${m} months ${d} days ${s} seconds ${us} microseconds`)

const bytes: Text = fc
  .uint8Array({ maxLength: 40 })
  .map((array) => `\\x${Buffer.from(array).toString('hex')}`)
const json: Text = fc.oneof(
  fc.constantFrom('null', '""', '{}', '[]', '1.10', '1e400', '-0', '{"a": 1, "a": 2}'),
  fc
    .json({ stringUnit: 'binary', maxDepth: 3 })
    // No text of Postgres' holds a NUL; that of a backslash and u0000 may stay.
    .map((text) =>
      text.replaceAll(/\\(u0000|[^])/g, (all, what) => (what === 'u0000' ? '0' : all)),
    ),
)
const bits = (min: number, max: number): Text =>
  fc.array(fc.constantFrom('0', '1'), { minLength: min, maxLength: max }).map((all) => all.join(''))
const point = fc.tuple(doubles, doubles).map(([x, y]) => `(${x},${y})`)
const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map(String)
const place = fc.tuple(finite, finite).map(([x, y]) => `(${x},${y})`)
const places = fc.array(place, { minLength: 1, maxLength: 4 }).map((all) => all.join(','))

/** A value within an array, a composite or a range: quoted, whatever it is. */
const quoted = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
const array = (of: Text): Text =>
  fc
    .array(fc.option(of), { maxLength: 4 })
    .map((all) => `{${all.map((each) => (each === null ? 'NULL' : quoted(each))).join(',')}}`)
const grid = (of: Text): Text =>
  fc
    .tuple(fc.tuple(of, of), fc.tuple(of, of))
    .map((rows) => `{${rows.map((row) => `{${row.map(quoted).join(',')}}`).join(',')}}`)
const composite = (...of: readonly Text[]): Text =>
  fc
    .tuple(...of.map((each) => fc.option(each)))
    .map((all) => `(${all.map((each) => (each === null ? '' : quoted(each))).join(',')})`)
const range = <Bound>(
  of: fc.Arbitrary<Bound>,
  before: (one: Bound, other: Bound) => boolean,
  show: (bound: Bound) => string = String,
): Text =>
  fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom('empty', '(,)') },
    {
      weight: 6,
      arbitrary: fc
        .tuple(fc.constantFrom('[', '('), fc.option(of), fc.option(of), fc.constantFrom(']', ')'))
        .map(([open, one, other, close]) => {
          const isTurned = one !== null && other !== null && before(other, one)
          const [low, high] = isTurned ? [other, one] : [one, other]
          const text = (bound: Bound | null) => (bound === null ? '' : quoted(show(bound)))
          return `${open}${text(low)},${text(high)}${close}`
        }),
    },
  )
const less = (one: number, other: number) => one < other
const host: Text = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.tuple(fc.ipV4(), int(0, 32)).map(([ip, mask]) => `${ip}/${mask}`),
)
const hex = (length: number): Text =>
  fc
    .uint8Array({ minLength: length, maxLength: length })
    .map((all) => Buffer.from(all).toString('hex'))
const mood = fc.constantFrom('happy', 'so, so', `it's "bad"`, '')
const price: Text = cents.map((text) => text.replace('-', ''))
const sent = composite(moments(zone), spans)
const second = int(0, 2_000_000_000)
const atSecond = (value: number) => new Date(value * 1000).toISOString()

/** A column's type, and texts of its values. */
export const fuzzed: Readonly<Record<string, readonly [type: string, values: Text]>> = {
  num: ['numeric', numbers],
  cents: ['numeric(12,2)', cents],
  price: ['stock.price', price],
  cash: ['money', cents],
  real4: ['real', reals],
  real8: ['double precision', doubles],
  small: ['smallint', texts(int(-32_768, 32_767))],
  whole: ['integer', texts(int(-2_147_483_648, 2_147_483_647))],
  big: ['bigint', texts(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }))],
  flag: ['boolean', texts(int(0, 1))],
  at: ['timestamptz', moments(zone)],
  moment: ['timestamptz(3)', moments(zone)],
  local: ['timestamp', moments(fc.constant(''))],
  day: ['date', days],
  clock: ['time', fc.oneof(clock, fc.constant('24:00:00'))],
  zoned: ['timetz', fc.tuple(clock, zone).map((parts) => parts.join(''))],
  span: ['interval', spans],
  raw: ['bytea', bytes],
  doc: ['jsonb', json],
  plain: ['json', json],
  path: ['jsonpath', fc.constantFrom('$', '$."a\\"b"[*]', 'strict $.x ? (@ > 1.50)')],
  markup: ['xml', fc.constantFrom('<a/>', '<a b="1">ü &amp; 🐕</a>', 'no <b>root</b>', '')],
  word: ['text', words],
  long: ['text', fc.oneof({ weight: 9, arbitrary: words }, { weight: 1, arbitrary: longWords })],
  short: ['varchar(60)', upTo(60)],
  padded: ['char(60)', upTo(60)],
  folded: ['citext', words],
  letter: ['"char"', fc.constantFrom('', 'a', '\\377', '\\', ' ')],
  ident: ['name', upTo(15)],
  words: ['text[]', array(words)],
  grid: ['text[][]', grid(words)],
  numbers: ['numeric[]', array(numbers)],
  reals: ['double precision[]', array(doubles)],
  moments: ['timestamptz[]', array(moments(zone))],
  spans: ['interval[]', array(spans)],
  raws: ['bytea[]', array(bytes)],
  docs: ['jsonb[]', array(json)],
  paddeds: ['char(60)[]', array(upTo(60))],
  mood: ['stock.mood', mood],
  moods: ['stock.mood[]', array(mood)],
  calm: ['stock.calm', fc.constantFrom('happy', 'so, so')],
  prices: ['stock.price[]', array(price)],
  list: ['stock.list', array(words)],
  parcel: ['stock.parcel', composite(words, price, array(words), sent)],
  parcels: ['stock.parcel[]', array(composite(words, price, array(words), sent))],
  pairs: [
    'hstore',
    fc
      .array(fc.tuple(words, fc.option(words)), { maxLength: 3 })
      .map((all) =>
        all
          .map(([key, value]) => `${quoted(key)}=>${value === null ? 'NULL' : quoted(value)}`)
          .join(),
      ),
  ],
  tree: ['ltree', fc.constantFrom('Top', 'Top.Science_1.a', '')],
  uid: ['uuid', fc.uuid()],
  ints: ['int4range', range(int(-1000, 1000), less)],
  nums: ['numrange', range(int(-1000, 1000), less, (value) => `${value}.50`)],
  times: ['tstzrange', range(second, less, atSecond)],
  texts: [
    'stock.texts',
    range(
      int(0, 999),
      (one, other) => `a,"${one}` < `a,"${other}`,
      (n) => `a,"${n}`,
    ),
  ],
  several: ['nummultirange', array(fc.constant('')).map(() => '{[1.0,2.00),(3,)}')],
  host: ['inet', host],
  net: ['cidr', fc.ipV4().map((ip) => `${ip}/32`)],
  mac: ['macaddr', hex(6)],
  mac8: ['macaddr8', hex(8)],
  bits: ['bit(5)', bits(5, 5)],
  varbits: ['bit varying', bits(0, 20)],
  spot: ['point', point],
  stroke: ['lseg', fc.tuple(place, place).map(([one, other]) => `[${one},${other}]`)],
  frame: ['box', fc.tuple(place, place).map(([one, other]) => `${one},${other}`)],
  way: [
    'path',
    fc.tuple(fc.constantFrom('[]', '()'), places).map(([b, all]) => b[0]! + all + b[1]!),
  ],
  shape: ['polygon', places.map((all) => `(${all})`)],
  ring: ['circle', fc.tuple(place, int(0, 1000)).map(([at, size]) => `<${at},${size}.5>`)],
  straight: ['line', fc.tuple(finite, finite).map(([a, c]) => `{${a},1.5,${c}}`)],
  terms: ['tsvector', fc.constantFrom('', `fat:2A rat:3B 'it''s'`, `'a b':1 'ü':2`)],
  query: ['tsquery', fc.constantFrom('', `'fat cat':AB & !( rat | dog:* )`, 'a <2> b')],
  lsn: ['pg_lsn', fc.tuple(hex(4), hex(4)).map((parts) => parts.join('/'))],
  object: ['oid', texts(int(0, 4_294_967_295))],
  xact: ['xid8', texts(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }))],
  snap: ['pg_snapshot', fc.constant('10:20:10,14,15')],
}

/** So many values of each column, of which rows are put together. */
const poolSize = 500

/** Endless rows, their values in the order of {@link fuzzed}; a seed gives the same ones again. */
export function createRows(seed: number): (count: number) => (string | null)[][] {
  const pools = Object.values(fuzzed).map(([, values], at) =>
    fc.sample(fc.option(values, { freq: 10 }), { seed: seed + at, numRuns: poolSize }),
  )
  const pick = createPicker(seed)
  const row = () => pools.map((pool) => pool[pick(poolSize)]!)
  return (count) => Array.from({ length: count }, row)
}

/** Texts for keys: short enough for an index. */
export function fuzzedTags(seed: number): string[] {
  return fc.sample(words, { seed, numRuns: poolSize })
}

/** Whole numbers from 0 up to a limit, the same ones for a seed: a generator of Lehmer's. */
export function createPicker(seed: number): (limit: number) => number {
  let state = (Math.abs(seed) % 2_147_483_646) + 1
  return (limit) => {
    state = (state * 48_271) % 2_147_483_647
    return state % limit
  }
}
