import { plainWords } from './words.ts'

export interface FieldProblem {
  /** As the API calls it. */
  readonly field: string
  /** Goes behind the field's name: "must not be blank". */
  readonly message: string
}

interface Failure {
  /** Of the answer; 0 when there was none. */
  readonly status: number
  readonly code?: string | undefined
  readonly fields?: readonly FieldProblem[]
  readonly retryAfterMs?: number
}

/** A request that did not succeed. Its message is a sentence for the person at the screen. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string | undefined
  readonly fields: readonly FieldProblem[]
  readonly retryAfterMs: number

  constructor(message: string, failure: Failure, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ApiError'
    this.status = failure.status
    this.code = failure.code
    this.fields = failure.fields ?? []
    this.retryAfterMs = failure.retryAfterMs ?? 0
  }

  /** Whether the same request may well succeed in a moment. */
  get isPassing(): boolean {
    return this.status === 0 || (this.status >= 502 && this.status <= 504)
  }
}

export function unreachable(cause: unknown): ApiError {
  return new ApiError(plainWords(0, undefined, ''), { status: 0 }, { cause })
}

/** A change was sent, and nobody knows what became of it. */
export function outOfTime(cause: unknown): ApiError {
  const message =
    'PetSphere has not answered for a minute. Look whether it was done before you try again.'
  return new ApiError(message, { status: 0 }, { cause })
}

/** Whatever was thrown, as something to show. */
export function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown
  return new ApiError(
    'Something unexpected went wrong on this page.',
    { status: -1 },
    { cause: thrown },
  )
}

/**
 * Reads an answer that is no success. Each area of the API has its own shape:
 * `{error}`, `{message, code}`, `{errors: [{field, message}]}`, the latter two mixed, `{title, detail}`, or plain text.
 */
export function readError(
  status: number,
  contentType: string | null,
  body: string,
  retryAfter: string | null = null,
): ApiError {
  const { text, code, fields } = contentType?.includes('json') ? readJson(body) : readText(body)
  const problems = fields ?? (status === 400 ? problemsIn(text) : [])
  return new ApiError(plainWords(status, code, text, problems), {
    status,
    code,
    fields: problems,
    retryAfterMs: retryAfter && /^\d{1,4}$/.test(retryAfter) ? Number(retryAfter) * 1000 : 0,
  })
}

interface Said {
  readonly text: string
  readonly code?: string
  readonly fields?: FieldProblem[]
}

/** Proxies and crashed servers answer with pages, which are not for reading. */
function readText(body: string): Said {
  const text = body.trim()
  return { text: text.length > 200 || text.startsWith('<') ? '' : text }
}

function readJson(body: string): Said {
  let said: unknown
  try {
    said = JSON.parse(body)
  } catch {
    return { text: '' }
  }
  if (typeof said !== 'object' || said === null) return { text: '' }
  const { error, message, detail, code, errors } = said as Record<string, unknown>
  const fields = Array.isArray(errors) ? errors.filter(isFieldProblem) : undefined
  return {
    text: [message, error, detail].find((text) => typeof text === 'string') ?? '',
    ...(typeof code === 'string' ? { code } : {}),
    ...(fields ? { fields } : {}),
  }
}

function isFieldProblem(value: unknown): value is FieldProblem {
  if (typeof value !== 'object' || value === null) return false
  const { field, message } = value as Record<string, unknown>
  return typeof field === 'string' && typeof message === 'string'
}

/** "name is required; sex must be one of M, F" names its fields, if only in passing. */
function problemsIn(text: string): FieldProblem[] {
  return text.split('; ').flatMap((part) => {
    const words = part.match(/^(\w+) ((?:is|must|has) .+)$/s)
    return words ? [{ field: words[1]!, message: words[2]! }] : []
  })
}
