/**
 * How columns of a monolith's table become columns of its service's, and back. Each kind is lossless by
 * itself; whether it is for the rows at hand is checked when a slice is first synced.
 */
export type ColumnMapping =
  | { readonly kind: 'rename'; readonly legacy: string; readonly service: string }
  | { readonly kind: 'cast'; readonly legacy: string; readonly service: string }
  | {
      readonly kind: 'split'
      readonly legacy: string
      readonly service: readonly [string, string]
      readonly at: string
    }
  | {
      readonly kind: 'join'
      readonly legacy: readonly [string, string]
      readonly service: string
      readonly with: string
    }
  | {
      readonly kind: 'enumerated'
      readonly legacy: string
      readonly service: string
      readonly values: Readonly<Record<string, string>>
    }
  | {
      readonly kind: 'jsonPath'
      readonly legacy: string
      /** Top-level keys with string values, and the columns that they become. */
      readonly lift: Readonly<Record<string, string>>
      /** The column that keeps the rest of the object. */
      readonly rest: string
    }
  | {
      readonly kind: 'constant'
      readonly side: 'legacy' | 'service'
      readonly column: string
      readonly value: string
    }
  | { readonly kind: 'defaulted'; readonly side: 'legacy' | 'service'; readonly column: string }

export interface TableMapping {
  /** The monolith's table, `schema.name`. */
  readonly legacy: string
  /** The service's table, `schema.name`. */
  readonly service: string
  /** Columns that are not listed keep their name and type. */
  readonly columns: readonly ColumnMapping[]
  /**
   * Rows are only ever added, by triggers on other tables, on both sides, with ids that cannot meet (an
   * audit log). Such a table is streamed both ways and never fenced.
   */
  readonly sharedSink: boolean
}

export interface TableOptions {
  readonly to?: string
  readonly columns?: readonly ColumnMapping[]
}

/** A table of a slice. Without `to` it has the same name in the service's database. */
export function table(legacy: string, { to, columns }: TableOptions = {}): TableMapping {
  return { legacy, service: to ?? legacy, columns: columns ?? [], sharedSink: false }
}

/** A table that triggers on the slice's tables add rows to, on both sides. See {@link TableMapping}. */
export function sharedSink(legacy: string, options: TableOptions = {}): TableMapping {
  return { ...table(legacy, options), sharedSink: true }
}

/** A sequence of numbers on both sides. */
export interface SequenceMapping {
  readonly legacy: string
  readonly service: string
}

/** A sequence that the slice's code draws from itself, and which no column's default names. */
export function sequence(legacy: string, { to }: { readonly to?: string } = {}): SequenceMapping {
  return { legacy, service: to ?? legacy }
}

/** The same column under another name. */
export function rename(legacy: string, service: string): ColumnMapping {
  return { kind: 'rename', legacy, service }
}

/** The same value in another type: its text form is read by the other type, both ways. */
export function cast(legacy: string, service = legacy): ColumnMapping {
  return { kind: 'cast', legacy, service }
}

/** One text, cut at the first `at` into two. Without one the second part is NULL. */
export function split(
  legacy: string,
  service: readonly [string, string],
  at: string,
): ColumnMapping {
  return { kind: 'split', legacy, service, at }
}

/** Two texts, joined. The first must not hold the separator; with a second that is NULL there is none. */
export function join(
  legacy: readonly [string, string],
  service: string,
  separator: string,
): ColumnMapping {
  return { kind: 'join', legacy, service, with: separator }
}

/** Each of the monolith's values, and the service's for it. A value that is not listed stops the stream. */
export function enumerated(
  legacy: string,
  service: string,
  values: Readonly<Record<string, string>>,
): ColumnMapping {
  return { kind: 'enumerated', legacy, service, values }
}

/** Keys of a jsonb object that become text columns; the others stay together in `rest`. */
export function jsonPath(
  legacy: string,
  lift: Readonly<Record<string, string>>,
  rest = legacy,
): ColumnMapping {
  return { kind: 'jsonPath', legacy, lift, rest }
}

/** A column of one side only, always with this value there. */
export function constant(side: 'legacy' | 'service', column: string, value: string): ColumnMapping {
  return { kind: 'constant', side, column, value }
}

/** A column of one side only, filled there by its default or expression; streams leave it alone. */
export function defaulted(side: 'legacy' | 'service', column: string): ColumnMapping {
  return { kind: 'defaulted', side, column }
}

/** The columns that a mapping uses on one side. */
export function columnsOf(mapping: ColumnMapping, side: 'legacy' | 'service'): readonly string[] {
  switch (mapping.kind) {
    case 'constant':
    case 'defaulted':
      return mapping.side === side ? [mapping.column] : []
    case 'jsonPath':
      return side === 'legacy' ? [mapping.legacy] : [...Object.values(mapping.lift), mapping.rest]
    default: {
      const columns = mapping[side]
      return typeof columns === 'string' ? [columns] : columns
    }
  }
}

/** The other side's column that holds what a column holds, when it is one column of the same meaning. */
export function counterpart(
  { columns }: Pick<TableMapping, 'columns'>,
  side: 'legacy' | 'service',
  column: string,
): string | undefined {
  const other = side === 'legacy' ? 'service' : 'legacy'
  const mapping = columns.find((candidate) => columnsOf(candidate, side).includes(column))
  if (!mapping) return column
  return mapping.kind === 'rename' || mapping.kind === 'cast' ? mapping[other] : undefined
}
