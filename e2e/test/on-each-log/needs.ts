import { missingForStack } from '@strangler/local'
import { beforeEach } from 'vitest'
import type { ChangeLog } from '../../src/index.ts'

/** What keeps a log from being had here, for a person. */
export function missingFor(log: ChangeLog): string | undefined {
  return log === 'debezium' ? missingForStack() : undefined
}

/** Skips a file's tests where their log cannot be had, and says what is missing. */
export function needsLog(log: ChangeLog): void {
  beforeEach(({ skip }) => {
    const missing = missingFor(log)
    if (missing !== undefined) skip(missing)
  })
}
