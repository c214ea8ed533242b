import { CoreError } from '../errors.ts'
import type {
  DatabaseInput,
  EnvReference,
  IdentityInput,
  PhaseInput,
  ProxyFailure,
  Setting,
} from './input.ts'
import type { TableMapping } from './mapping.ts'
import type { PathRules, Route } from './routes.ts'
import type { Side } from '../machine/control.ts'
import type { ParsedPlan } from './schema.ts'
import type { TableName } from './identifier.ts'
import type { DeclaredWriter } from './writers.ts'

/** A pair of tables, and how their columns correspond. */
export interface SliceTable extends Omit<TableMapping, 'legacy' | 'service'> {
  readonly legacy: TableName
  readonly service: TableName
}

/** A sequence on both sides, schema included. */
export interface SequencePair {
  readonly legacy: TableName
  readonly service: TableName
}

export interface Slice {
  readonly name: string
  readonly service: string
  readonly routes: readonly Route[]
  readonly tables: readonly SliceTable[]
  /** Drawn from by its code, and by no column's default. */
  readonly sequences: readonly SequencePair[]
  /** Who writes its tables in the monolith's database, and what becomes of each. */
  readonly writers: readonly DeclaredWriter[]
  readonly gates: { readonly lagMs: number; readonly certificateAgeMinutes: number }
}

/** A slice that cannot move yet: the monolith answers it, whatever else the plan says. */
export interface PlannedSlice extends Pick<Slice, 'name' | 'service' | 'routes' | 'writers'> {
  /** Why not, for people. */
  readonly why: string
  /** In the monolith's database. */
  readonly tables: readonly TableName[]
}

export interface Outbox {
  readonly service: string
  readonly table: TableName
  readonly columns: {
    readonly id: string
    readonly aggregateType: string
    readonly aggregateId: string
    readonly type: string
    readonly payload: string
  }
  readonly subscriber: EnvReference | undefined
  readonly partitions: number
  readonly keepDays: number
}

export interface ConsumerPlan {
  readonly name: string
  readonly of: string
  readonly at: string
  readonly role: string
  readonly retry: {
    readonly attempts: number
    readonly firstMs: number
    readonly longestMs: number
    readonly timeoutMs: number
  }
  readonly rememberDays: number
}

export interface Database extends Required<DatabaseInput> {}

/** A plan that was found right, with its defaults filled in. Secrets are still references. */
export interface Plan {
  readonly file: string
  readonly legacy: {
    readonly url: Setting
    readonly database: Database
    readonly identity: readonly IdentityInput[]
    readonly errors: (failure: ProxyFailure) => unknown
    readonly paths: PathRules
    readonly requestTimeoutMs: number
  }
  readonly services: ReadonlyMap<string, { readonly url: Setting; readonly database: Database }>
  readonly slices: ReadonlyMap<string, Slice>
  readonly planned: ReadonlyMap<string, PlannedSlice>
  /** By the service's name. */
  readonly outboxes: ReadonlyMap<string, Outbox>
  readonly consumers: ReadonlyMap<string, ConsumerPlan>
  readonly streams: ParsedPlan['streams']
  readonly phases: readonly PhaseInput[]
}

export function isEnvReference(setting: Setting): setting is EnvReference {
  return typeof setting !== 'string'
}

/**
 * A setting's value.
 *
 * @throws CoreError MISSING_SETTING, which names the variable and what it is for.
 */
export function resolve(
  setting: Setting,
  purpose: string,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  if (!isEnvReference(setting)) return setting
  const value = environment[setting.env]
  if (value === undefined || value === '') {
    const { env } = setting
    const message = `${env} is not set. The plan takes ${purpose} from it.`
    throw new CoreError('MISSING_SETTING', message, { variable: env })
  }
  return value
}

/** Why nothing can be done about a slice yet, and what would change that. */
export function whyPlanned({ name, service, why }: PlannedSlice): string {
  return `Slice "${name}" cannot move yet: ${why}. It is only planned, and stays with the monolith. When service "${service}" takes it, declare it under slices, in place of planned.`
}

/** The slice's table or sequence on one side. */
export function tableOn(table: SequencePair, side: Side): TableName {
  return side === 'legacy' ? table.legacy : table.service
}
