import {
  fencedTables,
  displayName,
  readObservation,
  startObserving,
  stopObserving,
} from '@strangler/core'
import type { Declare } from '../command.ts'
import type { Context } from '../context.ts'
import { onSlice, type Watched } from '../writers/open.ts'
import { judgeObservation, showWriters, summarizeWriters } from '../writers/show.ts'

const patience = { budgetMs: 20_000 }

export const declareObserve: Declare = (program, act) => {
  const observe = program
    .command('observe')
    .description("find out who writes a slice's tables, before it moves")

  observe
    .command('start')
    .argument('<slice>')
    .description("note from now on who writes the slice's tables in the monolith's database")
    .option('--dry-run', 'show which tables would be observed')
    .action(
      act(async (context, name: string, { dryRun = false }: { dryRun?: boolean }) => {
        await watching(context, name, async (watched) => {
          const { output } = context
          if (dryRun) return wouldObserve(context, watched)
          const added = (await startObserving(watched.coordinator, watched.scope, patience)).map(
            displayName,
          )
          const now = await read(watched)
          output.result({ added, ...now })
          output.line(
            added.length > 0
              ? `Noted from now on: who writes ${added.join(', ')}.`
              : 'All of its tables are observed already.',
          )
          output.line(summarizeWriters(now))
          output.hint(`strangler observe status ${name}`)
        })
      }),
    )

  observe
    .command('stop')
    .argument('<slice>')
    .description('note no more; what was noted still counts')
    .option('--forget', 'forget what was noted as well')
    .option('--dry-run', 'show what would happen')
    .action(
      act(async (context, name: string, options: { forget?: boolean; dryRun?: boolean }) => {
        await watching(context, name, async (watched) => {
          const { output } = context
          const { forget = false, dryRun = false } = options
          if (!dryRun) await stopObserving(watched.coordinator, name, { forget }, patience)
          const now = await read(watched)
          const message = dryRun
            ? `The triggers would go; what was noted would be ${forget ? 'forgotten' : 'kept'}.`
            : `The triggers are gone; what was noted is ${forget ? 'forgotten' : 'kept'}.`
          output.result({ message, ...now })
          output.line(message)
          output.line(summarizeWriters(now))
        })
      }),
    )

  observe
    .command('status')
    .argument('<slice>')
    .description('who was seen writing, and what the plan says about each')
    .action(
      act(async (context, name: string) => {
        await watching(context, name, async (watched) => {
          const now = await read(watched)
          context.output.result(now)
          for (const line of showWriters(now, context.output.colours)) context.output.line(line)
        })
      }),
    )
}

async function watching(
  context: Context,
  name: string,
  work: (watched: Watched) => Promise<void>,
): Promise<void> {
  await onSlice(await context.loadPlan(), name, context.environment, work)
}

async function read({ slice, scope, coordinator }: Watched) {
  return judgeObservation(slice, await readObservation(coordinator, scope))
}

async function wouldObserve({ output }: Context, watched: Watched): Promise<void> {
  const tables = (await fencedTables(watched.coordinator, watched.scope)).map(displayName)
  const now = await read(watched)
  output.result({ wouldObserve: tables, ...now })
  output.line(summarizeWriters(now))
  output.line(`Would be observed: ${tables.join(', ')}.`)
}
