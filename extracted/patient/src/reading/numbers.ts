import { type Reader, required, unacceptable } from './form.ts'

export const wholeNumber = (min: number, max: number): Reader<number> =>
  required((sent) => {
    const fits = typeof sent === 'number' && Number.isInteger(sent) && sent >= min && sent <= max
    return fits ? sent : unacceptable(`must be a whole number from ${min} to ${max}`)
  })

/** A whole number that is written in digits, as in a path or a query. */
export const digits =
  (min: number, max: number): Reader<number> =>
  (sent) =>
    wholeNumber(min, max)(typeof sent === 'string' && /^\d{1,10}$/.test(sent) ? Number(sent) : sent)

/** Of an integer column. */
export const largestId = 2_147_483_647

/** A number without a sign and of few digits, as a number or as text; as text, so that none is lost. */
export const decimal = (whole: number, fraction: number): Reader<string> => {
  const pattern = new RegExp(`^\\d{1,${whole}}(\\.\\d{1,${fraction}})?$`)
  return required((sent) => {
    const written = typeof sent === 'number' ? String(sent) : sent
    return typeof written === 'string' && pattern.test(written)
      ? written
      : unacceptable(`must be a number with up to ${whole} digits and ${fraction} decimals`)
  })
}
