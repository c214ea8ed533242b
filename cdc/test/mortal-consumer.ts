import { loadPlan } from '@strangler/core'
import pg from 'pg'
import { createConsumer } from '../src/events/index.ts'
import { keepNote } from './keep-note.ts'

/** A consumer whose process does not outlive one kind of event. */
const { MAILER_URL, TEST_EVENTS } = process.env
const { consumer } = JSON.parse(TEST_EVENTS!) as { consumer: string }
await createConsumer({
  plan: await loadPlan(`${import.meta.dirname}/events.plan.ts`),
  name: consumer,
  environment: process.env,
  database: new pg.Pool({ connectionString: MAILER_URL!, max: 4 }),
  async handle(event, client) {
    await keepNote(event, client)
    if ((event.payload as { n: string }).n === 'deadly') process.kill(process.pid, 'SIGKILL')
  },
  log: { warn: (fields, message) => console.error(message, fields) },
}).run(new AbortController().signal)
