import { type CatalogTable, displayName } from '@strangler/core'

export interface Drafted {
  /** A plan file. */
  readonly text: string
  readonly tables: readonly string[]
  /** What a person has to look at before the plan can be used. */
  readonly remarks: readonly string[]
}

/** Drafts a plan that moves these tables as they are; what only people know is left to fill in. */
export function draftPlan(
  tables: readonly CatalogTable[],
  { slice, service }: { slice: string; service: string },
): Drafted {
  const remarks = tables.flatMap((table) => remarksOn(table, tables))
  const prefix = service.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')
  const lines = tables.flatMap((table) => [
    ...remarksOn(table, tables).map((remark) => `        // ${remark}`),
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
  all: readonly CatalogTable[],
): string[] {
  const remarks: string[] = []
  if (key.length === 0) {
    remarks.push(`${displayName(name)} has no primary key: it cannot be synced until it has one`)
  }
  const isInside = (schema: string, table: string) =>
    all.some((one) => one.name.schema === schema && one.name.name === table)
  for (const { columns: from, references } of foreignKeys) {
    if (isInside(references.schema, references.name)) continue
    remarks.push(
      `${displayName(name)} (${from.join(', ')}) refers to ${displayName(references)}, which stays`,
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

function nameOf({ name }: CatalogTable): string {
  return displayName(name).replace(/^public\./, '')
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

function property(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name)
}
