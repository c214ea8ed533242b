export type Session = 'clerk' | 'supervisor' | 'none' | 'unknown'

export interface Step {
  /** Method and path; `{name}` is something learnt before, encoded. */
  readonly request: string
  readonly status: number
  /** Whose session the request carries; the supervisor's unless said otherwise. */
  readonly as?: Session
  readonly json?: unknown
  readonly form?: Readonly<Record<string, string>>
  readonly binary?: { readonly type: string; readonly content: Buffer }
  /** Sent as it is, with the type given. */
  readonly raw?: { readonly type: string; readonly content: string }
  /** What to call the id of the parcel or invoice answered, or of a list's first or last one. */
  readonly learn?: Readonly<Record<string, 'its' | 'first' | 'last'>>
  /** True when the answer is as it should be. */
  readonly check?: (body: string) => boolean
}

/** The slice that moves; everything else stays with the monolith. */
export const movesWithParcels = (path: string) => /^\/(parcels|rates)(\/|\?|$)/.test(path)
