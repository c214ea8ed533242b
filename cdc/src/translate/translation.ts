import {
  type CatalogColumn,
  type CatalogTable,
  type ColumnMapping,
  columnsOf,
  type Direction,
  displayName,
  rename,
  type SliceTable,
  type TableName,
} from '@strangler/core'
import { CdcError } from '../errors.ts'
import { unfitNumbers } from './numbers.ts'
import { type Rule, rulesOf } from './rules.ts'

/** A column of the target, and how it is made. */
export interface Output {
  readonly column: string
  /** The target's column, as its catalog has it. */
  readonly is: CatalogColumn
  /** Where in the {@link Translation.inputs} the columns are that it is made from. */
  readonly reads: readonly number[]
  /** SQL for its text, given SQL for the text of each input. */
  readonly sql: (inputs: readonly string[]) => string
  readonly isKey: boolean
}

/** How rows of one table become rows of the other side's, in one direction. */
export interface Translation {
  readonly source: TableName
  readonly target: TableName
  readonly direction: Direction
  readonly sharedSink: boolean
  /** The source's columns that are needed, its key's first. */
  readonly inputs: readonly CatalogColumn[]
  /** How many of the inputs are the key. */
  readonly keyLength: number
  /** The target's columns that are written, its key's first. */
  readonly outputs: readonly Output[]
}

/** Both directions of a table's mapping. */
export interface TablePair {
  readonly table: SliceTable
  readonly legacy: CatalogTable
  readonly service: CatalogTable
  readonly forward: Translation
  readonly reverse: Translation
}

/**
 * Fits a table's mapping to both catalogs.
 *
 * @throws CdcError TABLES_DO_NOT_FIT with every reason at once.
 */
export function translate(
  table: SliceTable,
  legacy: CatalogTable,
  service: CatalogTable,
): TablePair {
  const listed = new Set(table.columns.flatMap((mapping) => columnsOf(mapping, 'legacy')))
  const same = legacy.columns
    .filter(({ name, generated }) => !listed.has(name) && !generated)
    .map(({ name }) => name)
  const mappings = [...table.columns, ...same.map((name) => rename(name, name))]
  const label = displayName(legacy.name)
  const rules = mappings.map((mapping) => rulesOf(mapping, label))
  const problems = [
    ...missing(
      mappings.flatMap((mapping) => columnsOf(mapping, 'legacy')),
      legacy,
    ),
    ...missing(
      mappings.flatMap((mapping) => columnsOf(mapping, 'service')),
      service,
    ),
    ...unmapped(
      mappings.flatMap((mapping) => columnsOf(mapping, 'service')),
      service,
    ),
    ...differingTypes(
      table,
      legacy,
      service,
      same.map((name) => ({ legacy: name, service: name })),
    ),
    ...unfit(legacy),
    ...unfit(service),
    ...ofTheirDatabase(mappings, 'legacy', legacy),
    ...ofTheirDatabase(mappings, 'service', service),
    ...computed(
      'legacy',
      rules.flatMap(({ forward }) => forward),
      legacy,
      service,
    ),
    ...computed(
      'service',
      rules.flatMap(({ reverse }) => reverse),
      service,
      legacy,
    ),
  ]
  if (problems.length > 0) throw doNotFit(table, problems)
  const make = (direction: Direction, source: CatalogTable, target: CatalogTable) =>
    fit(
      table,
      direction,
      rules.flatMap((both) => both[direction]),
      source,
      target,
    )
  return {
    table,
    legacy,
    service,
    forward: make('forward', legacy, service),
    reverse: make('reverse', service, legacy),
  }
}

interface Pair {
  readonly legacy: string
  readonly service: string
}

function fit(
  table: SliceTable,
  direction: Direction,
  rules: readonly Rule[],
  source: CatalogTable,
  target: CatalogTable,
): Translation {
  const written = rules.filter(({ column }) => !columnOf(target, column)!.generated)
  const needed = new Set([...source.key, ...written.flatMap(({ reads }) => reads)])
  const inputs = [...needed].map((name) => columnOf(source, name)!)
  const at = (name: string) => inputs.findIndex((input) => input.name === name)
  const outputs = written.map(({ column, reads, sql }): Output => {
    const is = columnOf(target, column)!
    const isKey = target.key.includes(column)
    const text = (texts: readonly string[]) => sql((name) => texts[at(name)]!)
    return { column, is, reads: reads.map(at), sql: text, isKey }
  })
  const keyMakers = target.key.map((column) => outputs.find((output) => output.column === column))
  const foreign = keyMakers.filter(
    (output) => output?.reads.some((input) => input >= source.key.length) ?? true,
  )
  if (foreign.length > 0 || source.key.length !== target.key.length) {
    const key = `${displayName(source.name)} (${source.key.join(', ')})`
    throw doNotFit(table, [
      `the key of ${displayName(target.name)} (${target.key.join(', ')}) is not made from the key of ${key}: map each key column to one key column`,
    ])
  }
  return {
    source: source.name,
    target: target.name,
    direction,
    sharedSink: table.sharedSink,
    inputs,
    keyLength: source.key.length,
    outputs: [...(keyMakers as Output[]), ...outputs.filter(({ isKey }) => !isKey)],
  }
}

function columnOf(table: CatalogTable, name: string): CatalogColumn | undefined {
  return table.columns.find((column) => column.name === name)
}

function missing(names: readonly string[], table: CatalogTable): string[] {
  return names
    .filter((name) => !columnOf(table, name))
    .map(
      (name) =>
        `${displayName(table.name)} has no column "${name}"; map it, or say where it is filled: defaulted(...)`,
    )
}

/** A column that nobody fills must at least be able to stay empty. */
function unmapped(names: readonly string[], service: CatalogTable): string[] {
  return service.columns
    .filter(({ name, generated }) => !names.includes(name) && !generated)
    .map(
      ({ name }) =>
        `${displayName(service.name)}.${name} is not mapped; if the service fills it: defaulted('service', '${name}')`,
    )
}

function differingTypes(
  table: SliceTable,
  legacy: CatalogTable,
  service: CatalogTable,
  same: readonly Pair[],
): string[] {
  const renames = table.columns.filter((mapping) => mapping.kind === 'rename')
  return [...renames, ...same].flatMap((names) => {
    const from = columnOf(legacy, names.legacy)
    const to = columnOf(service, names.service)
    if (!from || !to || from.portableType === to.portableType) return []
    return [
      `${displayName(legacy.name)}.${from.name} is ${from.type}, ${displayName(service.name)}.${to.name} is ${to.type}: if each reads the other's texts, cast('${from.name}', '${to.name}')`,
    ]
  })
}

/** Types whose values stand for objects of their own database, and whose texts depend on who asks. */
const objectTypes =
  /^(regclass|regcollation|regconfig|regdictionary|regnamespace|regoper|regoperator|regproc|regprocedure|regrole|regtype|aclitem)(\[\])?$/

function ofTheirDatabase(
  mappings: readonly ColumnMapping[],
  side: 'legacy' | 'service',
  table: CatalogTable,
): string[] {
  const names = mappings.flatMap((mapping) =>
    mapping.kind === 'defaulted' ? [] : columnsOf(mapping, side),
  )
  return names.flatMap((name) => {
    const column = columnOf(table, name)
    if (!column || !objectTypes.test(column.portableType)) return []
    return [
      `${displayName(table.name)}.${name} is ${column.type}, whose values stand for objects of that database and mean nothing in another: leave it where it is, defaulted('${side}', '${name}')`,
    ]
  })
}

/** A column that its database computes is in no log, so nothing can be made from it. */
function computed(
  side: 'legacy' | 'service',
  rules: readonly Rule[],
  source: CatalogTable,
  target: CatalogTable,
): string[] {
  const read = rules
    .filter(({ column }) => columnOf(target, column)?.generated === false)
    .flatMap(({ reads }) => reads)
  return source.columns
    .filter(({ name, generated }) => generated && [...source.key, ...read].includes(name))
    .map(({ name }) => {
      const label = displayName(source.name)
      return `${label}.${name} is computed by its database, and no log tells what it holds: alter table ${label} alter column ${name} drop expression${side === 'legacy' ? `, or leave it where it is, defaulted('legacy', '${name}')` : ''}`
    })
}

/** What streams could not carry, or a target could not take in order. */
function unfit(table: CatalogTable): string[] {
  const name = displayName(table.name)
  const problems: string[] = []
  if (table.kind !== 'r' && table.kind !== 'p') problems.push(`${name} is no ordinary table`)
  if (table.isPart)
    problems.push(
      `${name} is a part of another table, and what is written through that one passes its fence by: map the whole table`,
    )
  if (table.kind === 'r' && table.children.length > 0)
    problems.push(
      `${name} has ${table.children.map(displayName).join(', ')} inherit from it, whose rows would be copied and their changes not: make it a partitioned table, or end the inheritance`,
    )
  if (table.persistence !== 'p')
    problems.push(
      `${name} is not logged, so nothing of it can be streamed: alter table ${name} set logged`,
    )
  if (table.key.length === 0)
    problems.push(`${name} has no primary key, so its rows cannot be told apart: add one`)
  if (table.replicaIdentity === 'n')
    problems.push(`${name} logs no keys: alter table ${name} replica identity default`)
  if (table.replicaIdentity === 'i')
    problems.push(
      `${name} logs the columns of another index than its primary key: alter table ${name} replica identity default`,
    )
  for (const column of table.columns) problems.push(...unfitNumbers(table, column))
  for (const constraint of table.deferrable) {
    problems.push(
      `${name}: the constraint ${constraint} is deferrable, and would not be checked on applied rows: make it not deferrable`,
    )
  }
  return problems
}

function doNotFit(table: SliceTable, problems: readonly string[]): CdcError {
  const names = `${displayName(table.legacy)} and ${displayName(table.service)}`
  const message = `The plan's mapping does not fit the tables ${names}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`
  return new CdcError('TABLES_DO_NOT_FIT', message, { problems })
}
