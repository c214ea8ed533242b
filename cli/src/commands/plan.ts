import type { Declare } from '../command.ts'
import {
  movesTogether,
  readSlices,
  readStreams,
  type SliceRow,
  type StreamReport,
} from '@strangler/core'
import { type Context, isEmptyStore } from '../context.ts'
import { observeWriters } from '../writers/observe.ts'
import { summarizeWriters } from '../writers/show.ts'
import { nextStep } from '../roadmap/next-step.ts'
import { observe } from '../roadmap/observed.ts'
import { displayPlanned, displaySlice, displayTogether } from '../roadmap/slice.ts'
import { deadLettersOf } from '../status/read.ts'

/** What workers have told; before the first one there is nothing. */
async function readKnown(context: Context): Promise<{ rows: SliceRow[]; streams: StreamReport[] }> {
  if (!context.environment['CONTROL_URL']) return { rows: [], streams: [] }
  try {
    const control = await context.control()
    return { rows: await readSlices(control), streams: await readStreams(control) }
  } catch (error) {
    if (isEmptyStore(error)) return { rows: [], streams: [] }
    throw error
  }
}

export const declarePlan: Declare = (program, act) => {
  program
    .command('plan')
    .description('the roadmap, foreign keys that cross slices, and what would happen next')
    .action(
      act(async (context) => {
        const { output, environment } = context
        const { colours: c } = output
        const plan = await context.loadPlan()
        const observed = await observe(plan, environment)
        const crossing = 'unknown' in observed ? observed : { keys: observed.keys }
        const looseSequences = 'unknown' in observed ? [] : observed.looseSequences
        const { rows, streams } = await readKnown(context)
        const slices = [...plan.slices.values()]
        const planned = [...plan.planned.values()]
        const together = movesTogether(plan)
        const writers = await observeWriters(plan, environment)
        const next = slices.map(({ name }) =>
          nextStep(
            name,
            rows.find((row) => row.name === name),
            deadLettersOf(streams.filter(({ slice }) => slice === name)) ?? 0,
            together.find((group) => group.slices.includes(name))?.slices,
          ),
        )
        output.result({
          file: plan.file,
          phases: plan.phases,
          slices: slices.map(({ name, service, routes, tables, sequences }) => ({
            name,
            service,
            routes,
            tables,
            sequences,
          })),
          planned: planned.map(({ name, service, why, routes, tables }) => ({
            name,
            service,
            why,
            routes,
            tables,
          })),
          together,
          crossing,
          looseSequences,
          writers,
          next,
        })
        for (const [at, { name, slices: moved, about }] of plan.phases.entries()) {
          const what =
            moved.length > 0 ? `moves ${moved.join(', ')}` : (about ?? 'moves nothing yet')
          output.line(`${c.bold(`phase ${at + 1}`)}  ${name}: ${what}`)
        }
        for (const slice of slices) {
          output.line()
          for (const line of displaySlice(slice, c)) output.line(line)
        }
        for (const slice of planned) {
          output.line()
          for (const line of displayPlanned(slice, c)) output.line(line)
        }
        for (const group of together) {
          output.line()
          for (const line of displayTogether(group)) output.line(line)
        }
        output.line()
        if ('unknown' in crossing) output.line(c.yellow(crossing.unknown))
        else if (crossing.keys.length === 0) output.line('No foreign key crosses a slice.')
        else
          output.line(
            'Foreign keys that cross a slice; the database that has both tables checks them, the other cannot:',
          )
        if ('keys' in crossing) for (const key of crossing.keys) output.line(`  - ${key}`)
        if (looseSequences.length > 0) {
          output.line(
            "Sequences that no column draws from; list those that a slice's code draws from under its `sequences`:",
          )
          for (const name of looseSequences) output.line(`  - ${name}`)
        }
        if (!('unknown' in writers)) {
          output.line()
          for (const observed of writers) output.line(summarizeWriters(observed))
        }
        output.line()
        for (const { slice, why, command } of next)
          output.line(`${slice}: ${why}\n  ${c.dim('next:')} ${output.command(command)}`)
      }),
    )
}
