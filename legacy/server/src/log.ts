/** Writes what happened, one JSON object a line. */
export interface Log {
  info(message: string, fields?: Record<string, unknown>): void
  error(message: string, cause: unknown, fields?: Record<string, unknown>): void
}

export function createLog(write: (line: string) => void, clock: () => Date): Log {
  const line = (level: string, message: string, fields: Record<string, unknown> = {}) =>
    write(JSON.stringify({ at: clock().toISOString(), level, message, ...fields }))
  return {
    info: (message, fields) => line('info', message, fields),
    error: (message, cause, fields) =>
      line('error', message, { ...fields, cause: cause instanceof Error ? cause.stack : cause }),
  }
}

export const silent: Log = { info() {}, error() {} }
