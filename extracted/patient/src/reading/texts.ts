import { type Reader, required, unacceptable } from './form.ts'

/** Up to `max` UTF-16 units that Postgres can keep. Not blank, unless it may be empty. */
export const text = (max: number, mayBe: 'not empty' | 'empty' = 'not empty'): Reader<string> =>
  required((sent) => {
    if (typeof sent !== 'string') return unacceptable('must be text')
    if (sent.length > max) return unacceptable(`must be at most ${max} characters long`)
    if (mayBe === 'not empty' && sent.trim() === '') return unacceptable('must not be blank')
    if (sent.includes('\0') || !sent.isWellFormed()) {
      return unacceptable('must be valid Unicode text')
    }
    return sent
  })

export const matching = (pattern: RegExp, description: string): Reader<string> =>
  required((sent) =>
    typeof sent === 'string' && pattern.test(sent) ? sent : unacceptable(`must be ${description}`),
  )

export const oneOf = <T extends string>(words: readonly T[]): Reader<T> =>
  required(
    (sent) =>
      words.find((word) => word === sent) ?? unacceptable(`must be one of ${words.join(', ')}`),
  )

/** In lower case, as the database and tokens have them. */
export const uuid: Reader<string> = (sent) =>
  matching(
    /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
    'a UUID',
  )(sent).toLowerCase()

const address = matching(/^[^\s@,;<>"]{1,64}@[^\s@,;<>"]{1,190}$/, 'an e-mail address')

/** In lower case, for it is compared with the one of a token. */
export const email: Reader<string> = (sent) => text(255)(address(sent)).toLowerCase()
