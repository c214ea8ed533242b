import { type CatalogTable, displayName, type TableName } from '@strangler/core'

export interface Drafted {
  /** A plan file. */
  readonly text: string
  readonly tables: readonly string[]
  /** What a person has to look at before the plan can be used. */
  readonly remarks: readonly string[]
}

export interface DraftOptions {
  readonly slice: string
  readonly service: string
  /** The database's other tables: foreign keys may tie them to those that move. */
  readonly staying: readonly CatalogTable[]
}

/** Drafts a plan that moves these tables as they are; what only people know is left to fill in. */
export function draftPlan(
  tables: readonly CatalogTable[],
  { slice, service, staying }: DraftOptions,
): Drafted {
  const remarksFor = (table: CatalogTable) => remarksOn(table, tables, staying)
  const remarks = tables.flatMap(remarksFor)
  const prefix = service.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')
  const lines = tables.flatMap((table) => [
    ...remarksFor(table).map((remark) => `        // ${remark}`),
    `        table(${quoted(nameOf(table))}),`,
  ])
  const text = `import { defineMigration, env, table } from '@strangler/core'

export default defineMigration({
  legacy: {
    url: env('LEGACY_URL'),
${database('LEGACY', '    ')}
    // How to tell who a request is for, so that nobody misses what they wrote a moment ago. One of:
    // identity: [{ jwt: { claim: 'sub', secret: env('JWT_SECRET') } }],
    // identity: [{ cookie: 'session' }],
    // identity: [{ header: 'x-api-key' }],
  },
  services: {
    ${property(service)}: {
      url: env('${prefix}_URL'),
${database(prefix, '      ')}
    },
  },
  slices: {
    ${property(slice)}: {
      service: ${quoted(service)},
      // Every route that writes these tables, and those that are to be answered by the service. GET and HEAD
      // read, all else writes; { route: 'POST /search', effect: 'reads' } says otherwise.
      routes: [],
      // Tables and columns keep their names and types unless it is said otherwise, for example
      // table('users', { to: 'people', columns: [rename('id', 'person_id'), cast('born', 'born_on')] })
      tables: [
${lines.join('\n')}
      ],
    },
  },
  phases: [{ name: 'first', slices: [${quoted(slice)}] }],
})
`
  return { text, tables: tables.map(nameOf), remarks }
}

function database(prefix: string, indent: string): string {
  const lines = ['coordinator', 'applier', 'reader'].map(
    (role) => `${indent}  ${role}: env('${prefix}_${role.toUpperCase()}_URL'),`,
  )
  return [`${indent}database: {`, ...lines, `${indent}},`].join('\n')
}

function remarksOn(
  { name, key, foreignKeys, columns }: CatalogTable,
  moving: readonly CatalogTable[],
  staying: readonly CatalogTable[],
): string[] {
  const remarks: string[] = []
  if (key.length === 0) {
    remarks.push(`${displayName(name)} has no primary key: it cannot be synced until it has one`)
  }
  for (const { columns: from, references } of foreignKeys) {
    if (moving.some((other) => isSame(other.name, references))) continue
    remarks.push(
      `${displayName(name)} (${from.join(', ')}) refers to ${displayName(references)}, which stays`,
    )
  }
  for (const { from, columns: referring, references } of staying.flatMap(
    (other) => other.foreignKeys,
  )) {
    if (!isSame(references, name)) continue
    remarks.push(
      `${displayName(from)} (${referring.join(', ')}), which stays, refers to ${displayName(name)}`,
    )
  }
  const generated = columns.filter((column) => column.generated).map((column) => column.name)
  if (generated.length > 0) {
    remarks.push(
      `${displayName(name)}: ${generated.join(', ')} computed by the database; not copied`,
    )
  }
  return remarks
}

function isSame(one: TableName, other: TableName): boolean {
  return one.schema === other.schema && one.name === other.name
}

function nameOf({ name }: CatalogTable): string {
  return displayName(name).replace(/^public\./, '')
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

function property(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name)
}
