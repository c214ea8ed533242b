import { askToAbort, openRequests } from '@strangler/core'
import type { Declare } from '../command.ts'
import { needSlice } from '../context.ts'
import { CliError } from '../errors.ts'
import { describeSlice } from '../output/slice.ts'
import { follow, isPastJournal } from '../requests/follow.ts'

export const declareAbort: Declare = (program, act) => {
  program
    .command('abort')
    .argument('<slice>')
    .description('stop what is under way for a slice, and wait until it is undone')
    .option('--dry-run', 'show what would be stopped')
    .action(
      act(async (context, slice: string, { dryRun = false }: { dryRun?: boolean }) => {
        const { output } = context
        const control = await context.control()
        const row = await needSlice(context, slice)
        const open = (await openRequests(control)).filter(({ slices }) => slices.includes(slice))
        output.line(describeSlice(row))
        if (open.length === 0) {
          output.result({ stopped: [], slice: row })
          return output.line(`Nothing is under way for ${slice}.`)
        }
        const kinds = open.map(({ kind }) => kind)
        const isLate = isPastJournal(row.phase)
        if (isLate) output.line('The point of no return has passed: the switch will finish.')
        if (dryRun) {
          output.result({ wouldStop: isLate ? [] : kinds, slice: row })
          return output.line(`Under way: ${kinds.join(', ')}.`)
        }
        if (!isLate) await askToAbort(control, slice)
        const results: string[] = []
        for (const request of open) {
          try {
            results.push((await follow(context, control, request, 'detach')).message)
          } catch (error) {
            if (!(error instanceof CliError) || error.code === 'DETACHED') throw error
            results.push(error.message) // It failed because it was stopped, as it should.
          }
        }
        const now = await needSlice(context, slice)
        output.result({ stopped: isLate ? [] : kinds, results, slice: now })
        for (const text of results) output.line(text)
        output.line(describeSlice(now))
      }),
    )
}
