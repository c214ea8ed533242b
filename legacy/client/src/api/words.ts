import type { FieldProblem } from './errors.ts'

/** What the codes mean to somebody at a counter; where none is known, what the server said will do. */
const byCode: Readonly<Record<string, string>> = {
  OVERLAP: 'The veterinarian already has an appointment at that time.',
  OUTSIDE_SCHEDULE: 'The veterinarian does not work at that time.',
  UNKNOWN_PET: 'This pet is no longer on file.',
  UNKNOWN_SERVICE: 'This service is no longer offered.',
  UNKNOWN_OWNER: 'This owner is no longer on file.',
  UNKNOWN_SPECIES: 'This species is no longer on file.',
  MICROCHIP_TAKEN: 'Another pet has this microchip number.',
  NO_MICROCHIP: 'Neither of the two pets has a microchip.',
  SPECIES_EXISTS: 'There is a species with this code already.',
  SPECIES_IN_USE: 'There are pets of this species, so it cannot be deleted.',
  SKU_TAKEN: 'Another item has this SKU. Items that are no longer kept count, too.',
  IN_STOCK: 'There is still some of it in stock. Adjust the stock first.',
  OUT_OF_STOCK: 'There is not that much in stock.',
  SUPPLIER_EXISTS: 'There is a supplier of this name already.',
  UNKNOWN_SUPPLIER: 'This supplier is no longer on file.',
  UNKNOWN_ITEM: 'One of the items is no longer kept.',
  REMINDED: 'There is a reminder of today already.',
  NOT_DRAFT: 'The order is not a draft any more.',
  NOT_ORDERED: 'The order is not on its way.',
  UNKNOWN_VET: 'This veterinarian does not belong to your clinic.',
  UNKNOWN_CLINIC: 'This clinic is no longer on file.',
  TOO_LARGE: 'The file is larger than 10 MB.',
}

/** What the server says without a code, and not as people would. */
const bySaying: Readonly<Record<string, string>> = {
  'givenOn or dueOn is required': 'Enter the day it was given or the day it is due.',
  'This owner still has pets': 'There are, or once were, pets of this owner on file.',
  'body must be a file': 'The file is empty.',
  'No such clinic': 'This clinic is no longer on file.',
}

const byStatus: Readonly<Record<number, string>> = {
  0: 'PetSphere cannot be reached. Check the connection and try again.',
  401: 'You are not signed in any more.',
  403: 'Your role does not allow this.',
  413: 'That is more than PetSphere accepts at once.',
  429: 'Too many requests at once. Wait a moment and try again.',
  500: 'Something went wrong inside PetSphere. If it keeps happening, tell your administrator.',
  502: 'PetSphere is not answering right now. Try again in a moment.',
  503: 'PetSphere is not available right now. Try again in a moment.',
  504: 'PetSphere took too long to answer. Try again in a moment.',
}

const terse = new Set(['Unauthorized', 'Forbidden', 'Not found', 'Bad request', ''])

/** One sentence or more about an answer that is no success. */
export function plainWords(
  status: number,
  code: string | undefined,
  said: string,
  fields: readonly FieldProblem[] = [],
): string {
  const meant = (code === undefined ? undefined : byCode[code]) ?? bySaying[said]
  if (meant !== undefined) return meant
  if (status === 0 || status === 429 || status >= 500) {
    return byStatus[status] ?? byStatus[500]!
  }
  if (fields.length > 0) {
    return fields.map(({ field, message }) => fieldSentence(fieldName(field), message)).join(' ')
  }
  if (!terse.has(said)) return sentence(said)
  return byStatus[status] ?? (status === 404 ? 'This is not on file.' : 'This was not accepted.')
}

/** "Birth date must be a real date." */
export function fieldSentence(label: string, message: string): string {
  return sentence(`${label} ${softened(message)}`)
}

/** What the server says to programmers, as one would say it to people. */
function softened(message: string): string {
  if (message.startsWith('must be a date like')) return 'must be a real date'
  if (message.startsWith('must be a time like')) return 'must be a real time'
  if (message === 'must be a UUID' || message.endsWith('to 2147483647')) return 'must be chosen'
  if (message === 'must be an e-mail address') return 'must be like name@example.com'
  const decimal = message.match(/^must be a number with up to (\d+) digits and (\d+) decimals$/)
  if (decimal) {
    return `must be a number with at most ${decimal[1]} digits before the point and ${decimal[2]} after it`
  }
  return message
}

/** `birth_date` and `birthDate` are "Birth date". */
function fieldName(field: string): string {
  const words = field
    .replaceAll('_', ' ')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/ (id|code)$/, '')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function sentence(text: string): string {
  const trimmed = text.trim()
  const start = trimmed.charAt(0).toUpperCase() + trimmed.slice(1)
  return /[.!?]$/.test(start) ? start : `${start}.`
}
