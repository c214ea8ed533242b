import type { ChangeLogs } from '../logs.ts'
import { sourceNames } from '../logs.ts'
import { dropSlot, ensureSlot, readSystem } from '../slot.ts'
import { openPgoutput } from './open.ts'

/** Logs that are read from Postgres itself: a slot each, and nothing else. */
export const pgoutputLogs: ChangeLogs = {
  name: 'pgoutput',
  reasonsAgainst: async () => [],
  async create(source) {
    const place = await ensureSlot(source)
    return { identity: { ...(await readSystem(source)), log: sourceNames(source).slot }, place }
  },
  repair: async () => {},
  open: (source) =>
    openPgoutput({
      url: source.database.applierUrl,
      application: `strangler capture ${source.slice}:${source.direction}`,
      ...sourceNames(source),
    }),
  pause: async () => {},
  drop: dropSlot,
  [Symbol.asyncDispose]: async () => {},
}
