import type { Refusal } from './refusal.ts'

/** How a resource words its refusals: an object goes out as JSON, a string as plain text. */
export type Wording = (refusal: Refusal) => object | string

// Clients read each as it is.

export const asError: Wording = ({ message }) => ({ error: message })

export const asMessageAndCode: Wording = ({ message, code }) => ({ message, code })

export const asProblems: Wording = ({ message, problems }) =>
  problems.length > 0 ? { errors: problems } : { error: message }

export const asPlainTextIfMissing: Wording = ({ status, message, code }) =>
  status === 404 ? message : { message, code }
