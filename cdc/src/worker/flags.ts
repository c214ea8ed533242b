import { type FlagAdmin, matchingShare, setShare, type Side, type SliceRow } from '@strangler/core'
import type { Logger } from 'pino'

/**
 * Keeps the flags of slices whose reads go by owner in step with that owner, so that whoever looks at them
 * or begins to share reads starts from what holds. While Unleash is down it tries again with each call.
 */
export function createFlagKeeper(admin: FlagAdmin | undefined, log: Logger) {
  const matched = new Map<string, Side>()
  let busy = false
  let failing = false

  async function match(rows: readonly SliceRow[]): Promise<void> {
    for (const { name, owner, phase, reads } of rows) {
      if (reads === 'flag') matched.delete(name)
      if (reads === 'flag' || phase !== 'idle' || matched.get(name) === owner) continue
      await setShare(admin!, name, matchingShare(owner))
      matched.set(name, owner)
    }
  }

  return {
    /** Sets what does not match, off the caller's path. */
    async keep(rows: readonly SliceRow[]): Promise<void> {
      if (!admin || busy) return
      busy = true
      try {
        await match(rows)
        failing = false
      } catch (error) {
        if (!failing) log.warn({ err: error }, 'flags could not be set to match the owners')
        failing = true
      } finally {
        busy = false
      }
    },
  }
}
