import { displayName, type Outbox } from '@strangler/core'
import pg from 'pg'
import { CdcError } from '../errors.ts'
import { openPgoutput } from '../log/pgoutput/open.ts'
import { flawsOf } from '../log/publication.ts'
import { consumerSlot, outboxNames } from '../outbox/names.ts'
import { keptFor, outboxPublication } from '../outbox/outboxes.ts'
import { type DomainEvent, eventOfRow } from './event.ts'
import type { EventSource } from './source.ts'

/** Events read from the database of the outbox itself, through a slot of the consumer's own. */
export function createPostgresSource(consumer: string, outbox: Outbox, url: string): EventSource {
  const slot = consumerSlot(consumer)
  const { publication } = outboxNames(outbox.service)
  const table = displayName(outbox.table)

  const gone = (what: string, cause?: unknown) => {
    const message = `Events of ${outbox.service} for consumer "${consumer}" may be missing: ${what}. Run "strangler sync start" for a slice of ${outbox.service}: it makes what is gone, and events come from then on.`
    return new CdcError('LOG_GONE', message, { consumer, slot }, { cause })
  }

  async function checkSource(): Promise<void> {
    const client = new pg.Client({
      connectionString: url,
      application_name: `strangler consumer ${consumer}`,
      connectionTimeoutMillis: 5000,
    })
    client.on('error', () => {})
    try {
      await client.connect()
      if ((await keptFor(client, slot)) === undefined)
        throw gone(`the replication slot "${slot}" is gone`)
      const flaws = await flawsOf(client, outboxPublication(outbox))
      if (flaws.length > 0) throw gone(flaws.join('; '))
    } finally {
      await client.end().catch(() => {})
    }
  }

  return {
    async follow(take, signal) {
      const application = `strangler consumer ${consumer}`
      const options = { url, slot, publication, application, gone, checkSource }
      // Another process of this consumer goes on; this one takes its place when it ends.
      const log = await openPgoutput({ ...options, endsPredecessor: false })
      const close = () => void log.close()
      signal.addEventListener('abort', close)
      if (signal.aborted) close()
      try {
        let events: DomainEvent[] = []
        for await (const entries of log.read('0/0', 0)) {
          for (const entry of entries) {
            if (signal.aborted) return
            if (entry.kind === 'begin') events = []
            else if (entry.kind === 'insert' && displayName(entry.relation.name) === table) {
              events.push(eventOfRow(outbox, entry))
            } else if (entry.kind === 'commit') {
              for (const event of events) await take(event, undefined)
              log.confirm(entry.place)
            }
          }
        }
      } finally {
        signal.removeEventListener('abort', close)
        await log.close()
      }
    },
  }
}
