import type { SequenceMapping, TableMapping } from './mapping.ts'
import type { RouteEffect } from './routes.ts'
import type { WriterInput } from './writers.ts'

/** A value that is read from the environment when a process needs it. Made by {@link env}. */
export interface EnvReference {
  readonly env: string
}

/** Names an environment variable in a plan, so that no secret stands in the file. */
export function env(name: string): EnvReference {
  return { env: name }
}

export type Setting = string | EnvReference

/**
 * Connection strings for one database, one a role, each with no more rights than it needs; docs/roles.md
 * lists them.
 */
export interface DatabaseInput {
  /** Owns the tables (or is a member of the role that does): puts up fences, writes barriers, verifies. */
  readonly coordinator: EnvReference
  /** Reads the change log and applies the other side's changes; the fence lets it alone through. */
  readonly applier: EnvReference
  /** Reads fences and positions; the proxy's. */
  readonly reader: EnvReference
  /** The schema of tables that are named without one. Default `public`. */
  readonly schema?: string
}

/** How to tell who a request is for: the first of these that a request has, else its address. */
export type IdentityInput =
  | {
      readonly jwt: {
        readonly claim: string
        readonly secret: Setting
        /** Browsers cannot set a WebSocket's headers: its token follows this one among the protocols that it offers. */
        readonly webSocketProtocol?: string | undefined
      }
    }
  | { readonly cookie: string }
  | { readonly header: string }

/** What the proxy says when it has to refuse a request itself. */
export interface ProxyFailure {
  readonly status: number
  readonly code: string
  readonly message: string
}

export type RouteInput =
  | string
  | {
      readonly route: string
      readonly effect?: RouteEffect
      /** All slices whose tables the request writes, when they are more than its own. */
      readonly writes?: readonly string[]
    }

export interface GatesInput {
  /** Reads go to the side that is not the owner only while its stream is less than this behind. */
  readonly lagMs?: number
  /** A switch wants a certificate that is no older than this. */
  readonly certificateAgeMinutes?: number
}

export interface SliceInput<Service extends string = string> {
  readonly service: Service
  readonly routes: readonly RouteInput[]
  readonly tables: readonly TableMapping[]
  /** Sequences that its code draws from and no column's default names: a switch raises them, too. */
  readonly sequences?: readonly SequenceMapping[]
  /** Who writes its tables in the monolith's database, and what becomes of each when the slice moves. */
  readonly writers?: readonly WriterInput[]
  readonly gates?: GatesInput
}

/** A slice whose service is not there yet, or does not take it yet: shown and observed, and the monolith's. */
export interface PlannedSliceInput {
  /** The service that is to take it; it need not be among `services`. */
  readonly service: string
  /** Why it cannot move yet, for people. */
  readonly why: string
  readonly routes: readonly RouteInput[]
  /** The monolith's; what becomes of them is said when it moves. */
  readonly tables: readonly string[]
  readonly writers?: readonly WriterInput[]
}

export interface PhaseInput<Slice extends string = string> {
  readonly name: string
  readonly slices: readonly Slice[]
  /** What this phase brings, for people. */
  readonly about?: string
}

/** How to reach Kafka, for streams that Debezium captures. */
export interface KafkaInput {
  /** `host:port`, several with commas between. */
  readonly brokers: Setting
  /** The address of Kafka Connect's REST interface; may hold a user and a password. */
  readonly connect: Setting
  /** What the names of topics, connectors and consumer groups begin with. Default `strangler`. */
  readonly prefix?: string
  /** Of the topics. Default: the brokers' own. */
  readonly replicationFactor?: number
  /**
   * Whether to speak TLS. Files in PEM: `ca`, the certificate of the brokers' authority, unless everybody knows it;
   * `cert` and `key`, the worker's own, for brokers that want one.
   */
  readonly tls?:
    | boolean
    | { readonly ca?: Setting; readonly cert?: Setting; readonly key?: Setting }
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
    readonly username: Setting
    readonly password: Setting
  }
}

/** The table that a service writes its events into, in the transactions whose events they are. */
export interface OutboxInput {
  /** Default `outbox`, in the database's schema. */
  readonly table?: string
  /** Names of its columns; the defaults are those that Debezium's outbox event router has. */
  readonly columns?: {
    /** A uuid: what consumers tell repeats by. Default `id`. */
    readonly id?: string
    /** Default `aggregatetype`. */
    readonly aggregateType?: string
    /** Events of one aggregate keep their order. Default `aggregateid`. */
    readonly aggregateId?: string
    /** Default `type`. */
    readonly type?: string
    /** A json or jsonb. Default `payload`. */
    readonly payload?: string
  }
  /**
   * A role of the service's database with REPLICATION and no rights on tables, by which consumers read the log
   * where that is Postgres itself.
   */
  readonly subscriber?: EnvReference
  /** Of the topic, when it is made. Default 3. */
  readonly partitions?: number
  /** How long the topic keeps events. Default 30. */
  readonly keepDays?: number
}

export interface ServiceInput {
  readonly url: Setting
  readonly database: DatabaseInput
  readonly outbox?: OutboxInput
}

/** Something in a service's process that handles another service's events. */
export interface ConsumerInput<Service extends string = string> {
  /** Whose outbox. */
  readonly of: Service
  /** In whose database it is remembered what was handled. */
  readonly at: Service
  /** The role that the consumer's process logs in to that database as. */
  readonly role: string
  readonly retry?: {
    /** How often an event is tried in all before it becomes a dead letter. Default 5. */
    readonly attempts?: number
    /** The pause before the second attempt; each further one is twice as long. Default 1000. */
    readonly firstMs?: number
    /** Default 60000. */
    readonly longestMs?: number
    /** An attempt that takes longer has failed. Default 30000. */
    readonly timeoutMs?: number
  }
  /** How long it is remembered that an event was handled; longer than the topic keeps it. Default 60. */
  readonly rememberDays?: number
}

export interface StreamsInput {
  /** Which log streams are read from: `pgoutput` (Postgres itself; the default) or `debezium`. */
  readonly log?: Setting
  readonly kafka?: KafkaInput
}

export interface PlanInput<
  Service extends string = string,
  Slice extends string = string,
  Planned extends string = string,
> {
  readonly legacy: {
    readonly url: Setting
    readonly database: DatabaseInput
    readonly identity?: readonly IdentityInput[]
    /** The body of an error that the proxy answers itself, in the shape that clients know. */
    readonly errors?: (failure: ProxyFailure) => unknown
    readonly paths?: { readonly caseSensitive?: boolean; readonly trailingSlashMatters?: boolean }
    /**
     * How long one of its requests can run: the proxy waits so long for an answer to begin, and a write whose
     * answer was lost may still be committed for so long. Default 30 s.
     */
    readonly requestTimeoutMs?: number
  }
  readonly services: Readonly<Record<Service, ServiceInput>>
  readonly slices: Readonly<Record<Slice, SliceInput<Service>>>
  readonly planned?: Readonly<Record<Planned, PlannedSliceInput>>
  /** By their names, which are none of a slice's. */
  readonly consumers?: Readonly<Record<string, ConsumerInput<Service>>>
  readonly streams?: StreamsInput
  readonly phases?: readonly PhaseInput<NoInfer<Slice | Planned>>[]
}

/** Declares a migration: the default export of a plan file. Checked when the plan is loaded. */
export function defineMigration<
  const Service extends string,
  const Slice extends string,
  const Planned extends string,
>(plan: PlanInput<Service, Slice, Planned>): PlanInput<Service, Slice, Planned> {
  return plan
}
