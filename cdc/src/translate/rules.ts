import { type ColumnMapping, literal } from '@strangler/core'

/** SQL for the text of a column's value, by the column's name. */
export type TextOf = (column: string) => string

/** How one column of the target is made: from which columns of the source, by which SQL text expression. */
export interface Rule {
  readonly column: string
  readonly reads: readonly string[]
  readonly sql: (text: TextOf) => string
}

/** Both directions of one mapping. All values are texts here: what Postgres prints and reads of any type. */
export interface Rules {
  readonly forward: readonly Rule[]
  readonly reverse: readonly Rule[]
}

export function rulesOf(mapping: ColumnMapping, table: string): Rules {
  switch (mapping.kind) {
    case 'rename':
    case 'cast':
      return {
        forward: [copy(mapping.legacy, mapping.service)],
        reverse: [copy(mapping.service, mapping.legacy)],
      }
    case 'split':
      return {
        forward: cut(mapping.legacy, mapping.service, mapping.at),
        reverse: [glue(mapping.service, mapping.legacy, mapping.at)],
      }
    case 'join':
      return {
        forward: [glue(mapping.legacy, mapping.service, mapping.with)],
        reverse: cut(mapping.service, mapping.legacy, mapping.with),
      }
    case 'enumerated': {
      const pairs = Object.entries(mapping.values)
      const back = pairs.map(([legacy, service]) => [service, legacy] as const)
      return {
        forward: [choose(mapping.legacy, mapping.service, pairs, table)],
        reverse: [choose(mapping.service, mapping.legacy, back, table)],
      }
    }
    case 'jsonPath':
      return lift(mapping)
    case 'constant': {
      const rule = { column: mapping.column, reads: [], sql: () => literal(mapping.value) }
      return mapping.side === 'service'
        ? { forward: [rule], reverse: [] }
        : { forward: [], reverse: [rule] }
    }
    case 'defaulted':
      return { forward: [], reverse: [] }
  }
}

function copy(from: string, to: string): Rule {
  return { column: to, reads: [from], sql: (text) => text(from) }
}

function cut(from: string, [first, second]: readonly [string, string], at: string): Rule[] {
  const separator = literal(at)
  const found = (text: TextOf) => `strpos(${text(from)}, ${separator})`
  return [
    {
      column: first,
      reads: [from],
      sql: (text) =>
        `case when ${found(text)} > 0 then left(${text(from)}, ${found(text)} - 1) else ${text(from)} end`,
    },
    {
      column: second,
      reads: [from],
      sql: (text) =>
        `case when ${found(text)} > 0 then substr(${text(from)}, ${found(text)} + length(${separator})) end`,
    },
  ]
}

function glue([first, second]: readonly [string, string], to: string, separator: string): Rule {
  return {
    column: to,
    reads: [first, second],
    sql: (text) => `${text(first)} || coalesce(${literal(separator)} || ${text(second)}, '')`,
  }
}

function choose(
  from: string,
  to: string,
  pairs: readonly (readonly [string, string])[],
  table: string,
): Rule {
  const whens = pairs.map(([value, becomes]) => `when ${literal(value)} then ${literal(becomes)}`)
  const place = literal(`${table}.${from}`)
  return {
    column: to,
    reads: [from],
    sql: (text) =>
      `case when ${text(from)} is null then null else case ${text(from)} ${whens.join(' ')} else strangler.unlisted(${place}, ${text(from)}) end end`,
  }
}

function lift({ legacy, lift, rest }: Extract<ColumnMapping, { kind: 'jsonPath' }>): Rules {
  const pairs = Object.entries(lift)
  const keys = pairs.map(([key]) => literal(key)).join(', ')
  const back = (text: TextOf) =>
    pairs.map(
      ([key, column]) =>
        `case when ${text(column)} is null then '{}' else jsonb_build_object(${literal(key)}, ${text(column)}) end`,
    )
  return {
    forward: [
      ...pairs.map(([key, column]) => ({
        column,
        reads: [legacy],
        sql: (text: TextOf) => `(${text(legacy)})::jsonb ->> ${literal(key)}`,
      })),
      {
        column: rest,
        reads: [legacy],
        sql: (text) => `((${text(legacy)})::jsonb - array[${keys}])::text`,
      },
    ],
    reverse: [
      {
        column: legacy,
        reads: [rest, ...pairs.map(([, column]) => column)],
        sql: (text) => `((${text(rest)})::jsonb || ${back(text).join(' || ')})::text`,
      },
    ],
  }
}
