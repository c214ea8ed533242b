import { writeFileSync } from 'node:fs'
import { displayName } from '@strangler/core'
import pg from 'pg'
import type { Declare } from '../command.ts'
import { type Drafted, draftPlan } from '../draft/draft.ts'
import { readTables } from '../draft/tables.ts'
import { CliError } from '../errors.ts'

interface Options {
  readonly database: string
  readonly slice: string
  readonly service?: string
  readonly tables?: string[]
  readonly out?: string
}

export const declareInit: Declare = (program, act) => {
  program
    .command('init')
    .description("draft a plan from a database's catalog")
    .requiredOption(
      '--database <url>',
      "the monolith's database: postgres://user:password@host/name",
    )
    .option('--slice <name>', 'the first slice to move', 'first')
    .option('--service <name>', 'the service that takes it; default: the name of the slice')
    .option('--tables <name...>', "the slice's tables, as schema.table; default: all there are")
    .option('--out <file>', 'write the draft there instead of printing it; never over a file')
    .action(
      act(async ({ output }, { database, slice, service = slice, tables, out }: Options) => {
        const found = await read(database)
        const chosen = choose(found, tables)
        const staying = found.filter((table) => !chosen.includes(table))
        const drafted = draftPlan(chosen, { slice, service, staying })
        output.result({ ...drafted, ...(out !== undefined && { out }) })
        if (out === undefined) return output.line(drafted.text)
        write(out, drafted)
        output.line(`${out} is a draft: ${drafted.tables.length} tables in the slice "${slice}".`)
        for (const remark of drafted.remarks) output.line(`  - ${remark}`)
        output.line('List its routes, then check it:')
        output.hint(`strangler plan --plan ${out}`)
      }),
    )
}

async function read(url: string): ReturnType<typeof readTables> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 })
  try {
    await client.connect()
  } catch (cause) {
    const message = `The database does not answer: ${(cause as Error).message}. Check --database.`
    throw new CliError('UNREACHABLE', message, {}, { cause })
  }
  try {
    return await readTables(client)
  } finally {
    await client.end()
  }
}

function choose(
  found: Awaited<ReturnType<typeof readTables>>,
  wanted: readonly string[] | undefined,
): typeof found {
  if (found.length === 0) {
    throw new CliError('USAGE', 'This database has no tables that its role can see.')
  }
  if (!wanted) return found
  const names = wanted.flatMap((text) => text.split(',')).map((text) => text.trim())
  const known = new Map(
    found.flatMap((table) => {
      const name = displayName(table.name)
      return [name, name.replace(/^public\./, '')].map((text) => [text, table] as const)
    }),
  )
  const missing = names.filter((name) => !known.has(name))
  if (missing.length > 0) {
    const all = found.map(({ name }) => displayName(name)).join(', ')
    throw new CliError('USAGE', `There is no table ${missing.join(', ')}. There are: ${all}.`)
  }
  return names.map((name) => known.get(name)!)
}

function write(file: string, { text }: Drafted): void {
  try {
    writeFileSync(file, text, { flag: 'wx' })
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === 'EEXIST'
    const message = exists
      ? `${file} exists already, and a draft never replaces it. Choose another --out.`
      : `${file} cannot be written: ${(cause as Error).message}`
    throw new CliError('USAGE', message, { file }, { cause })
  }
}
