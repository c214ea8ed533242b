import { loadPlan } from '@strangler/core'
import pg from 'pg'
import { createConsumer } from '../src/events/index.ts'
import { keepNote } from './keep-note.ts'

/** A consumer that is killed when its database has committed an event, and before anybody else is told. */
const { MAILER_URL, TEST_EVENTS } = process.env
const { consumer } = JSON.parse(TEST_EVENTS!) as { consumer: string }
const database = new pg.Pool({ connectionString: MAILER_URL! })
let isHandled = false
const dying = async () => {
  const client = await database.connect()
  const query = client.query.bind(client) as (...given: unknown[]) => Promise<unknown>
  const queryAndDie = async (...given: unknown[]) => {
    const answer = await query(...given)
    if (given[0] === 'commit' && isHandled) process.kill(process.pid, 'SIGKILL')
    return answer
  }
  return Object.assign(client, { query: queryAndDie })
}
const plan = await loadPlan(`${import.meta.dirname}/events.plan.ts`)
await createConsumer({
  plan,
  name: consumer,
  environment: process.env,
  database: { query: database.query.bind(database), connect: dying },
  async handle(event, client) {
    await keepNote(event, client)
    isHandled = true
  },
  log: { warn: (fields, message) => console.error(message, fields) },
}).run(new AbortController().signal)
