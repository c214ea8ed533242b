import { z } from 'zod'

const text = z.string().min(1)
const variable = z.strictObject({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/) })
const url = z.union([z.url({ protocol: /^https?$/ }), variable])
const setting = z.union([text, variable])

const database = z.strictObject({
  coordinator: variable,
  applier: variable,
  reader: variable,
  schema: text.default('public'),
})

const identity = z.union([
  z.strictObject({
    jwt: z.strictObject({ claim: text, secret: setting, webSocketProtocol: text.optional() }),
  }),
  z.strictObject({ cookie: text }),
  z.strictObject({ header: text }),
])

const side = z.enum(['legacy', 'service'])
const pair = z.tuple([text, text])

const column = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('rename'), legacy: text, service: text }),
  z.strictObject({ kind: z.literal('cast'), legacy: text, service: text }),
  z.strictObject({ kind: z.literal('split'), legacy: text, service: pair, at: text }),
  z.strictObject({ kind: z.literal('join'), legacy: pair, service: text, with: text }),
  z.strictObject({
    kind: z.literal('enumerated'),
    legacy: text,
    service: text,
    values: z.record(z.string(), z.string()),
  }),
  z.strictObject({
    kind: z.literal('jsonPath'),
    legacy: text,
    lift: z.record(text, text),
    rest: text,
  }),
  z.strictObject({ kind: z.literal('constant'), side, column: text, value: z.string() }),
  z.strictObject({ kind: z.literal('defaulted'), side, column: text }),
])

const table = z.strictObject({
  legacy: text,
  service: text,
  columns: z.array(column),
  sharedSink: z.boolean(),
})

const sequence = z.strictObject({ legacy: text, service: text })

const effect = z.enum(['reads', 'writes'])
const route = z.union([
  text,
  z.strictObject({ route: text, effect: effect.optional(), writes: z.array(text).optional() }),
])

const writer = z
  .strictObject({
    role: text.optional(),
    application: z.string().optional(),
    statement: z.union([text, z.array(text).min(1)]).optional(),
    is: z.union([
      z.enum(['routes', 'moves', 'refused']),
      z.strictObject({ stops: z.iso.datetime({ offset: true }) }),
      // A request is held for 10 s at most, and a switch needs some of them itself.
      z.strictObject({ drainSeconds: z.number().positive().max(3) }),
    ]),
    because: text.optional(),
  })
  .transform(({ statement = [], ...rest }) => ({
    ...rest,
    statements: typeof statement === 'string' ? [statement] : statement,
  }))

const slice = z.strictObject({
  service: text,
  routes: z.array(route).min(1),
  tables: z.array(table).min(1),
  sequences: z.array(sequence).default([]),
  writers: z.array(writer).default([]),
  gates: z
    .strictObject({
      lagMs: z.int().positive().default(2000),
      certificateAgeMinutes: z.number().positive().default(30),
    })
    .prefault({}),
})

const plannedSlice = z.strictObject({
  service: text,
  why: text,
  routes: z.array(route).min(1),
  tables: z.array(text).min(1),
  writers: z.array(writer).default([]),
})

const tlsFiles = z
  .strictObject({ ca: setting.optional(), cert: setting.optional(), key: setting.optional() })
  .refine(({ cert, key }) => (cert === undefined) === (key === undefined), {
    error: 'a certificate needs its key, and a key its certificate',
  })

const streams = z.strictObject({
  log: z.union([z.enum(['pgoutput', 'debezium']), variable]).default('pgoutput'),
  kafka: z
    .strictObject({
      brokers: setting,
      connect: url,
      prefix: z
        .string()
        .regex(/^[a-zA-Z0-9._-]{1,100}$/)
        .default('strangler'),
      replicationFactor: z.int().min(-1).max(32).default(-1),
      tls: z.union([z.boolean(), tlsFiles]).default(false),
      sasl: z
        .strictObject({
          mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']),
          username: setting,
          password: setting,
        })
        .optional(),
    })
    .optional(),
})

const outbox = z.strictObject({
  table: text.default('outbox'),
  columns: z
    .strictObject({
      id: text.default('id'),
      aggregateType: text.default('aggregatetype'),
      aggregateId: text.default('aggregateid'),
      type: text.default('type'),
      payload: text.default('payload'),
    })
    .prefault({}),
  subscriber: variable.optional(),
  partitions: z.int().min(1).max(1000).default(3),
  keepDays: z.number().positive().default(30),
})

const consumer = z.strictObject({
  of: text,
  at: text,
  role: text,
  retry: z
    .strictObject({
      attempts: z.int().min(1).default(5),
      firstMs: z.int().positive().default(1000),
      longestMs: z.int().positive().default(60_000),
      timeoutMs: z.int().positive().default(30_000),
    })
    .prefault({}),
  rememberDays: z.number().positive().default(60),
})

/** Names that become parts of slots, topics and connectors. */
const name = z.string().regex(/^[a-z][a-z0-9_]{0,30}$/)

const errors = z.custom<(failure: { status: number; code: string; message: string }) => unknown>(
  (value) => typeof value === 'function',
)

/** The shape of a plan file's default export. What it says is checked in `check.ts`. */
export const planSchema = z.strictObject({
  legacy: z.strictObject({
    url,
    database,
    identity: z.array(identity).default([]),
    errors: errors.default(() => ({ message, code }: { message: string; code: string }) => ({
      error: message,
      code,
    })),
    paths: z
      .strictObject({
        caseSensitive: z.boolean().default(false),
        trailingSlashMatters: z.boolean().default(false),
      })
      .prefault({}),
    requestTimeoutMs: z.int().positive().default(30_000),
  }),
  services: z.record(text, z.strictObject({ url, database, outbox: outbox.optional() })),
  slices: z.record(name, slice),
  planned: z.record(name, plannedSlice).default({}),
  consumers: z.record(name, consumer).default({}),
  streams: streams.prefault({}),
  phases: z
    .array(z.strictObject({ name: text, slices: z.array(text), about: text.optional() }))
    .default([]),
})

export type ParsedPlan = z.infer<typeof planSchema>

const examples: readonly (readonly [RegExp, string])[] = [
  [/\.outbox/, "outbox: { table: 'outbox', subscriber: env('ORDER_SUBSCRIBER_URL') }"],
  [/\.url$/, "url: env('LEGACY_URL')"],
  [/\.database(\.(coordinator|applier|reader))?$/, "coordinator: env('LEGACY_COORDINATOR_URL')"],
  [/\.identity/, "identity: [{ jwt: { claim: 'sub', secret: env('JWT_SECRET') } }]"],
  [
    /\.routes/,
    "routes: ['GET /api/orders/:id', { route: 'POST /api/orders/search', effect: 'reads' }]",
  ],
  [/\.columns/, "columns: [rename('name', 'display_name'), cast('born', 'born_on')]"],
  [/\.tables/, "tables: [table('orders', { to: 'purchases' })]"],
  [/\.sequences/, "sequences: [sequence('order_numbers', { to: 'purchase_numbers' })]"],
  [
    /\.writers/,
    "writers: [{ application: 'shop', is: 'routes' }, { application: 'import', is: 'refused', because: 'it tries again' }]",
  ],
  [/\.gates/, 'gates: { lagMs: 2000, certificateAgeMinutes: 30 }'],
  [/^slices\.[^.]+$/, "orders: { service: 'order', routes: [...], tables: [...] }"],
  [/^slices/, "slices: { orders: { service: 'order', routes: [...], tables: [...] } }"],
  [
    /^planned\.[^.]+\.tables/,
    "tables: ['invoices', 'billing.dunning'], the monolith's tables alone",
  ],
  [
    /^planned/,
    "planned: { billing: { service: 'billing', why: 'nobody has written it yet', routes: [...], tables: ['invoices'] } }",
  ],
  [/^consumers/, "consumers: { mails: { of: 'order', at: 'notification', role: 'notification' } }"],
  [/^services/, "services: { order: { url: env('ORDER_URL'), database: { ... } } }"],
  [
    /^streams\.kafka\.tls/,
    "tls: { ca: env('KAFKA_CA_FILE'), cert: env('KAFKA_CERT_FILE'), key: env('KAFKA_KEY_FILE') }",
  ],
  [
    /^streams/,
    "streams: { log: 'debezium', kafka: { brokers: env('KAFKA_BROKERS'), connect: env('CONNECT_URL') } }",
  ],
  [/^phases/, "phases: [{ name: 'core services', slices: ['orders'] }]"],
  [/errors$/, 'errors: ({ message }) => ({ error: message })'],
  [/^legacy/, "legacy: { url: env('LEGACY_URL'), database: { ... } }"],
]

/** Something right to write at a path of the plan. */
export function exampleFor(path: string): string {
  return (
    examples.find(([pattern]) => pattern.test(path))?.[1] ??
    'export default defineMigration({ ... })'
  )
}
