import type { ChangeLogs } from '../logs.ts'
import { sourceNames } from '../logs.ts'
import { checkCaptured, dropSlot, ensureSlot, logGone, readSystem } from '../slot.ts'
import { openPgoutput } from './open.ts'

/** Logs that are read from Postgres itself: a slot each, and nothing else. */
export const pgoutputLogs: ChangeLogs = {
  name: 'pgoutput',
  reasonsAgainst: async () => [],
  checkRows: async () => {},
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
      gone: (what, cause) => logGone(source, what, cause),
      checkSource: async () => void (await checkCaptured(source)),
    }),
  pause: async () => {},
  drop: dropSlot,
}
