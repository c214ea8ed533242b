import { isObject, type Reader, required, unacceptable } from './form.ts'

export const flag: Reader<boolean> = required((sent) =>
  typeof sent === 'boolean' ? sent : unacceptable('must be true or false'),
)

export const listOf = <T>(reader: Reader<T>, max: number): Reader<T[]> =>
  required((sent) => {
    if (!Array.isArray(sent)) return unacceptable('must be a list')
    if (sent.length > max) return unacceptable(`must have at most ${max} entries`)
    return sent.map((each) => reader(each))
  })

const deepest = 20

/** An object of any keys, nested up to 20 levels. */
export const freeObject: Reader<Record<string, unknown>> = required((sent) => {
  if (!isObject(sent)) return unacceptable('must be an object')
  return isDeeper(sent, deepest)
    ? unacceptable(`must not be nested more than ${deepest} levels deep`)
    : sent
})

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((each) => isDeeper(each, levels - 1))
}
