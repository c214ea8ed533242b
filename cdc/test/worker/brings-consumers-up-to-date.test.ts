import { startPostgres } from '@strangler/local/testing'
import { expect, test } from 'vitest'
import { createEventStand } from '../events.ts'
import { keepNote } from '../keep-note.ts'
import { patience } from '../stand.ts'

test('what a consumer remembers, as an earlier version set it up, gets what is new when a worker starts, and nothing is lost', async () => {
  await using postgres = await startPostgres()
  await using stand = await createEventStand(postgres)
  const first = stand.startWorker('first')
  await stand.done('sync-start')
  await first.stop()
  await stand.mailer.superuser.query(
    'alter table strangler.event_letter drop column begun_at, drop column lost',
  )
  // What fails becomes a letter, and letters are what was set up otherwise.
  let failures = 1
  stand.startConsumer(async (event, client) => {
    if (failures-- > 0) throw new Error('no luck')
    await keepNote(event, client)
  })
  await stand.publish('a', { n: 1 })
  await expect
    .poll(async () => {
      const trouble = 'select trouble from strangler.consumer'
      return (await stand.mailer.superuser.query<{ trouble: string | null }>(trouble)).rows[0]!
        .trouble
    }, patience)
    .toContain('is not prepared for consumers')
  stand.startWorker('second')
  await expect.poll(() => stand.handled('a'), patience).toEqual(['1'])
})
