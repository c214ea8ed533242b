/** The clients' codes and the words that they stand for. */
const words = {
  M: 'male',
  F: 'female',
  MN: 'male_neutered',
  FS: 'female_spayed',
  U: 'unknown',
} as const

export type SexCode = keyof typeof words
export type Sex = (typeof words)[SexCode]

export const sexCodes = ['M', 'F', 'MN', 'FS', 'U'] as const satisfies readonly SexCode[]

export const sexOf = (code: SexCode): Sex => words[code]
export const codeOf = (sex: Sex): SexCode => sexCodes.find((code) => words[code] === sex)!
