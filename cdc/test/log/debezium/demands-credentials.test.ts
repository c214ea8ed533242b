import { readFileSync } from 'node:fs'
import { env, type KafkaInput, type Result, table } from '@strangler/core'
import {
  missingForSecuredStack,
  type Right,
  type SecuredStack,
  startPostgres,
  startSecuredStack,
  type TestPostgres,
} from '@strangler/local/testing'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { createStand, type Stand, texts } from '../../stand.ts'

/*
 * Kafka and Connect as strangers run them: nobody comes in without TLS and a user or a certificate, and nobody may
 * more than docs/plan.md says that they need.
 */

const missing = missingForSecuredStack()
const patience = { timeout: 90_000, interval: 50 }
vi.setConfig({ testTimeout: 180_000 })

/** What the table in docs/plan.md promises is enough. */
const documented = readFileSync(new URL('../../../../docs/plan.md', import.meta.url), 'utf8')
const rights = ['worker', 'connect'].flatMap((user): Right[] => {
  const line = documented.split('\n').find((text) => text.toLowerCase().startsWith(`| ${user} `))!
  const [, , cell = ''] = line.split('|')
  const named = [...cell.matchAll(/on (topic|group)s with (?:the prefix|it): ([A-Z][\w, ]*)/g)]
  return named.flatMap(([, on, list]) =>
    list!.split(', ').map((may) => ({ user, on, prefix: 'strangler.', may }) as Right),
  )
})

let postgres: TestPostgres
let secured: SecuredStack
beforeAll(async () => {
  if (missing !== undefined) return
  postgres = await startPostgres()
  secured = await startSecuredStack()
  await secured.grant(...rights)
}, 600_000)
afterAll(async () => {
  await secured?.[Symbol.asyncDispose]()
  await postgres?.[Symbol.asyncDispose]()
}, 60_000)
beforeEach(({ skip }) => skip(missing !== undefined, missing))

const tls = { ca: env('KAFKA_CA_FILE') }
const certificate = { ...tls, cert: env('KAFKA_CERT_FILE'), key: env('KAFKA_KEY_FILE') }
const user = { username: env('KAFKA_USER'), password: env('KAFKA_PASSWORD') }
const scram = { tls, sasl: { mechanism: 'scram-sha-512', ...user } } as const

/** A slice whose plan and environment say how to come in. */
async function stand(
  how: Pick<KafkaInput, 'tls' | 'sasl'> = scram,
  other: Readonly<Record<string, string>> = {},
): Promise<Stand> {
  const connect = new URL(secured.connectUrl)
  connect.username = encodeURIComponent(secured.connectUser.name)
  connect.password = encodeURIComponent(secured.connectUser.password)
  const made = await createStand(postgres, {
    legacy: "create table pets (id int primary key, name text); insert into pets values (1, 'Ada')",
    service: 'create table pets (id int primary key, name text)',
    tables: [table('pets')],
    patienceMs: patience.timeout,
    plan: (plan) => ({
      ...plan,
      streams: {
        log: 'debezium',
        kafka: { brokers: env('KAFKA_BROKERS'), connect: env('CONNECT_URL'), ...how },
      },
    }),
    environment: {
      KAFKA_BROKERS: secured.brokers,
      KAFKA_CA_FILE: secured.ca,
      KAFKA_CERT_FILE: secured.worker.cert,
      KAFKA_KEY_FILE: secured.worker.key,
      KAFKA_USER: 'worker',
      KAFKA_PASSWORD: secured.password,
      CONNECT_URL: connect.href,
      ...other,
    },
  })
  made.startWorker()
  return made
}

async function names({ legacy, service }: Stand): Promise<string[]> {
  const all = await Promise.all(
    [legacy, service].map((one) => texts(one, 'table pets order by id')),
  )
  return all.map((rows) => rows.map(([, name]) => name).join())
}

/** Has a slice synced; on a machine without a free processor a connection of the worker's may break, and it goes on. */
async function sync(made: Stand): Promise<void> {
  for (let again = 1; again <= 5; again++) {
    const { state, result } = await made.request('sync-start', { again })
    if (state === 'done') return
    expect(told(result!)).toMatch(/timeout|timed out/)
  }
  throw new Error('five syncs ran out of time')
}

/** Has a row come from the monolith to the service. */
async function bringsRows(made: Stand): Promise<void> {
  await made.legacy.app.query("insert into pets values (2, 'Bob')")
  await made.caughtUp('forward')
  expect(await names(made)).toEqual(['Ada,Bob', 'Ada,Bob'])
}

test('With a password, TLS and the rights that are documented a slice is synced, moves out and comes back', async () => {
  expect(rights).toHaveLength(5)
  await using made = await stand()
  await sync(made)
  await bringsRows(made)
  await made.done('switch', { to: 'extracted' })
  await made.service.app.query("insert into pets values (3, 'Eve')")
  await made.caughtUp('reverse')
  await made.done('switch', { to: 'legacy' })
  await made.legacy.app.query("insert into pets values (4, 'Joe')")
  await made.caughtUp('forward')
  expect(await names(made)).toEqual(['Ada,Bob,Eve,Joe', 'Ada,Bob,Eve,Joe'])
  await made.done('sync-stop', { drop: true })
  expect(await remains(made)).toEqual([])
})

test('With a certificate in place of a password streams run, and only what Delete is for waits for that right', async () => {
  await using made = await stand({ tls: certificate }, { KAFKA_BROKERS: secured.mutualBrokers })
  const right = rights.find(({ may }) => may === 'Delete')!
  await secured.revoke(right)
  try {
    await sync(made)
    await bringsRows(made)
    const { state, result } = await made.request('sync-stop', { drop: true })
    expect(state).toBe('failed')
    expect(told(result!)).toMatch(
      /the worker may not delete the topics? strangler\..*docs\/plan\.md/,
    )
  } finally {
    await secured.grant(right)
  }
  await made.done('sync-stop', { drop: true, again: true })
  expect(await remains(made)).toEqual([])
})

test('A password may come as PLAIN, too', async () => {
  await using made = await stand({ tls, sasl: { mechanism: 'plain', ...user } })
  expect((await made.done('sync-start', { dryRun: true })).state).toBe('done')
})

const wrong: readonly [string, () => Parameters<typeof stand>, RegExp][] = [
  [
    'a wrong password',
    () => [scram, { KAFKA_PASSWORD: 'not-that-one' }],
    /user "worker".*scram-sha-512.*invalid credentials.*streams\.kafka\.sasl/,
  ],
  [
    'a mechanism that the brokers do not have',
    () => [{ tls, sasl: { mechanism: 'scram-sha-256', ...user } }],
    /scram-sha-256.*does not support.*streams\.kafka\.sasl/,
  ],
  [
    'an authority that nobody knows',
    () => [{ ...scram, tls: true }],
    /certificate .*is not trusted.*streams\.kafka\.tls: \{ ca/,
  ],
  [
    'another authority than the plan names',
    () => [scram, { KAFKA_CA_FILE: secured.strangeCa }],
    /certificate .*is not trusted.*streams\.kafka\.tls: \{ ca/,
  ],
  ['no TLS', () => [{ sasl: scram.sasl }], /may want what the plan lacks: TLS/],
  ['no user', () => [{ tls }], /may want what the plan lacks: a user/],
  [
    'no certificate',
    () => [{ tls }, { KAFKA_BROKERS: secured.mutualBrokers }],
    /want a certificate.*streams\.kafka\.tls: \{ cert/,
  ],
  [
    "a wrong password for Connect's interface",
    () => [scram, { CONNECT_URL: secured.connectUrl.replace('//', '//somebody:guessed@') }],
    /Kafka Connect at http\S+ does not let the user "somebody" in \(401\).*streams\.kafka\.connect/,
  ],
]

test.for(wrong)(
  'With %s a slice is not synced, the answer says what to do, and nothing is made',
  async ([, how, says]) => {
    await using made = await stand(...how())
    await refusedSync(made, says)
    expect(await texts(made.legacy, "select to_regnamespace('strangler') is null")).toEqual([['t']])
  },
)

const needed = rights
  .filter(({ may }) => may !== 'Delete')
  .map((right): [string, Right] => [`${right.user} may ${right.may} ${right.on}s`, right])

test.for(needed)(
  'Unless %s a slice is not synced, the answer says so, and nothing that was made is left',
  async ([, right]) => {
    await using made = await stand()
    await secured.revoke(right)
    try {
      const who =
        right.user === 'worker' ? /"worker" may not .*/ : /what Connect writes.*Not authorized.*/
      await refusedSync(made, new RegExp(`${who.source}docs/plan\\.md, "Streams"`))
    } finally {
      await secured.grant(right)
    }
    const again = await made.done('sync-start', { dryRun: true, again: true })
    expect(again.state).toBe('done')
  },
)

test('A password that is not right any more stops the streams, with the reason, until it is right again', async () => {
  await using made = await stand()
  await sync(made)
  await secured.changePassword('another-one')
  try {
    for (const direction of ['forward', 'reverse'] as const) {
      await vi.waitFor(async () => {
        const { state, detail } = (await made.stream(direction))!
        expect(state).toBe('stopped')
        expect(detail.why).toMatch(/does not let the user "worker" in by scram-sha-512/)
        expect(detail.why).not.toContain(secured.password)
      }, patience)
    }
    await made.legacy.app.query("insert into pets values (2, 'Bob')")
  } finally {
    await secured.changePassword(secured.password)
  }
  await made.caughtUp('forward')
  expect(await names(made)).toEqual(['Ada,Bob', 'Ada,Bob'])
  await made.done('sync-stop', { drop: true })
})

function told({ message, reasons = [] }: Result): string {
  return [message, ...reasons].join('\n')
}

/** Asks for a sync that cannot be, and looks at what it says and leaves. */
async function refusedSync(made: Stand, says: RegExp): Promise<void> {
  const { state, result } = await made.request('sync-start')
  const text = told(result!)
  expect({ state, text }).toEqual({ state: 'refused', text: expect.stringMatching(says) })
  for (const secret of [secured.password, 'not-that-one', 'guessed', 'the:password', 'test@']) {
    expect(text).not.toContain(secret)
  }
  expect(await remains(made)).toEqual([])
  expect(await made.row()).toMatchObject({ sync: 'none' })
}

/** Topics, connectors, slots and publications of a slice. */
async function remains({ slice, legacy, service }: Stand): Promise<unknown[]> {
  const { name, password } = secured.connectUser
  const authorization = `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`
  const answer = await fetch(`${secured.connectUrl}/connectors`, { headers: { authorization } })
  const connectors = (await answer.json()) as string[]
  const inDatabases = await Promise.all(
    [legacy, service].map((one) =>
      texts(
        one,
        `select slot_name from pg_replication_slots where database = current_database()
         union all select pubname from pg_publication`,
      ),
    ),
  )
  const its = (one: string) => one.startsWith(`strangler.${slice}.`)
  return [...connectors.filter(its), ...(await secured.topics()).filter(its), ...inDatabases.flat()]
}
