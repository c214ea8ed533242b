import fc from 'fast-check'

/** What is read as something else somewhere: by COPY, by JSON, by arrays, by programs that escape. */
const traps = [
  '',
  ' ',
  'NULL',
  'null',
  '\\N',
  '\\.',
  '\\',
  '\\\\',
  '"',
  '""',
  "'",
  "'; drop table x; --",
  '{}',
  '{NULL}',
  '()',
  '(,)',
  '$1',
  '$$',
  '\\x00',
  '\n',
  '\r\n',
  '\t',
  '\u0001',
  '\u007f',
  '\u0085',
  '\u00a0',
  '\u2028',
  '\ufeff',
  '\ufffd',
  '\uffff',
  '🐕\u200d🦺',
  '\u{10ffff}',
  'e\u0301',
  'é',
  '\u202Eabc\u202c',
  'שלום עולם',
  'ß ı İ',
  '%s %d %',
  'strangler unchanged in ',
]
const characters = fc
  .string({ unit: 'binary', maxLength: 12 })
  .map((text) => text.replaceAll('\0', '0'))
export const words: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...traps) },
  { weight: 4, arbitrary: characters },
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 20 }) },
  { weight: 2, arbitrary: fc.string({ maxLength: 40 }) },
  {
    weight: 2,
    arbitrary: fc
      .array(fc.constantFrom(...traps), { minLength: 2, maxLength: 5 })
      .map((all) => all.join('')),
  },
)

/** Words of so many characters at most, none of them cut in two. */
export const upTo = (length: number): fc.Arbitrary<string> =>
  words.map((text) => Array.from(text).slice(0, length).join(''))
