import { createHash } from 'node:crypto'
import type { Slice } from './plan.ts'

/** A text that is the same where two processes were told the same of a slice's routes. */
export function fingerprint({ service, routes }: Slice): string {
  return createHash('sha256')
    .update(JSON.stringify([service, routes]))
    .digest('hex')
    .slice(0, 16)
}
