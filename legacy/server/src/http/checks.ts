import {
  type Check,
  type Checked,
  isObject,
  readFields,
  type Shape,
  Wrong,
  wrong,
} from './fields.ts'

export const optional =
  <T, F>(check: Check<T>, fallback: F): Check<T | F> =>
  (value) =>
    value === undefined ? fallback : check(value)

/** A check whose values must also fulfil a condition. */
export const where =
  <T>(check: Check<T>, holds: (value: T) => boolean, message: string): Check<T> =>
  (value) => {
    const checked = check(value)
    return holds(checked) ? checked : wrong(message)
  }

export const nullable =
  <T>(check: Check<T>): Check<T | null> =>
  (value) =>
    value === null ? null : check(value)

/** Text in code units; may be empty only with min 0. */
export const text =
  (max: number, min = 1): Check<string> =>
  (value) => {
    if (typeof value !== 'string')
      return wrong(value === undefined ? 'is required' : 'must be text')
    if (value.length > max) return wrong(`must be at most ${max} characters long`)
    if (value.trim().length < min) return wrong('must not be blank')
    if (value.includes('\0') || !value.isWellFormed()) return wrong('must be valid Unicode text')
    return value
  }

export const matching =
  (pattern: RegExp, description: string): Check<string> =>
  (value) => {
    if (value === undefined) return wrong('is required')
    return typeof value === 'string' && pattern.test(value)
      ? value
      : wrong(`must be ${description}`)
  }

export const oneOf =
  <T extends string>(allowed: readonly T[]): Check<T> =>
  (value) => {
    if (value === undefined) return wrong('is required')
    return allowed.find((each) => each === value) ?? wrong(`must be one of ${allowed.join(', ')}`)
  }

export const flag: Check<boolean> = (value) => {
  if (value === undefined) return wrong('is required')
  return typeof value === 'boolean' ? value : wrong('must be true or false')
}

export const integer =
  (min: number, max: number): Check<number> =>
  (value) => {
    if (value === undefined) return wrong('is required')
    const fits =
      typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
    return fits ? value : wrong(`must be a whole number from ${min} to ${max}`)
  }

/** A whole number in a query string. */
export const digits =
  (min: number, max: number): Check<number> =>
  (value) =>
    integer(min, max)(typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value)

const largestId = 2_147_483_647
export const id = integer(1, largestId)
export const idDigits = digits(1, largestId)

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
export const uuid = matching(uuidPattern, 'a UUID')

const addressPattern = /^[^\s@,;<>"]{1,64}@[^\s@,;<>"]{1,190}$/

/** An e-mail address, in lower case: addresses are compared when owners look at their pets. */
export const email: Check<string> = (value) =>
  text(255)(matching(addressPattern, 'an e-mail address')(value)).toLowerCase()

/** A number that is not negative and has few digits, as text so that no digit is lost. */
export const decimal =
  (whole: number, fraction: number): Check<string> =>
  (value) => {
    if (value === undefined) return wrong('is required')
    const written = typeof value === 'number' ? String(value) : value
    const pattern = new RegExp(`^\\d{1,${whole}}(\\.\\d{1,${fraction}})?$`)
    if (typeof written === 'string' && pattern.test(written)) return written
    return wrong(`must be a number with up to ${whole} digits and ${fraction} decimals`)
  }

export const listOf =
  <T>(check: Check<T>, max: number): Check<T[]> =>
  (value) => {
    if (value === undefined) return wrong('is required')
    if (!Array.isArray(value)) return wrong('must be a list')
    return value.length > max ? wrong(`must have at most ${max} entries`) : value.map(check)
  }

/** An object of a list; the first problem in it is reported for the whole field. */
export const record =
  <S extends Shape>(shape: S): Check<Checked<S>> =>
  (value) => {
    if (!isObject(value)) return wrong('must be an object')
    for (const [name, check] of Object.entries(shape)) {
      try {
        check(value[name])
      } catch (error) {
        throw error instanceof Wrong ? new Wrong(`has a ${name} that ${error.message}`) : error
      }
    }
    return readFields(value, shape)
  }

/** An object of any keys, at most 20 levels deep. */
export const freeObject: Check<Record<string, unknown>> = (value) => {
  if (value === undefined) return wrong('is required')
  if (!isObject(value)) return wrong('must be an object')
  return isDeeperThan(20, value) ? wrong('must not be nested more than 20 levels deep') : value
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  return Object.values(value).some((each) => isDeeperThan(levels - 1, each))
}
