/** Writes what happened, one JSON object a line. */
export interface Log {
  info(message: string, fields?: Record<string, unknown>): void
  error(message: string, cause: unknown, fields?: Record<string, unknown>): void
}

export function createLog(write: (line: string) => void, clock: () => Date): Log {
  const entry = (level: 'info' | 'error', message: string, fields: Record<string, unknown>) =>
    write(
      JSON.stringify({ at: clock().toISOString(), service: 'patient', level, message, ...fields }),
    )
  return {
    info: (message, fields = {}) => entry('info', message, fields),
    error: (message, cause, fields = {}) =>
      entry('error', message, { ...fields, cause: cause instanceof Error ? cause.stack : cause }),
  }
}
