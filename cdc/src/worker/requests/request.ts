import type { Progress, Request, Result } from '@strangler/core'

/** A request being carried out. */
export interface Running {
  readonly request: Request
  /** Somebody asked for it to stop, or this worker stops coordinating. */
  readonly signal: AbortSignal
  progress(progress: Progress): Promise<void>
}

/** How a request ended: `refused` changed nothing. */
export interface Answer {
  readonly state: 'done' | 'failed' | 'refused'
  readonly result: Result
}

export function done(message: string, detail: object = {}): Answer {
  return { state: 'done', result: { message, ...detail } }
}

export function refused(message: string, reasons: readonly string[], detail: object = {}): Answer {
  return { state: 'refused', result: { message, reasons, ...detail } }
}

export function failed(message: string, reasons: readonly string[], detail: object = {}): Answer {
  return { state: 'failed', result: { message, reasons, ...detail } }
}
