import type { Declare } from '../command.ts'
import { needSlice, planOf } from '../context.ts'
import { describeSlice } from '../output/slice.ts'
import { carryOut } from '../requests/follow.ts'
import { readStatus, statusOfSlice } from '../status/read.ts'
import { showStatus } from '../status/show.ts'

export const declareSync: Declare = (program, act) => {
  const sync = program
    .command('sync')
    .description('keep a slice the same in both databases, in both directions')

  sync
    .command('start')
    .argument('<slice>')
    .description('set the streams up, copy the rows, verify; or go on where it broke off')
    .option('--dry-run', 'check, and show what would be made')
    .action(
      act(async (context, slice: string, { dryRun = false }: { dryRun?: boolean }) => {
        const { output } = context
        output.line(describeSlice(await needSlice(context, slice)))
        const result = await carryOut(
          context,
          { kind: 'sync-start', slices: [slice], arguments: dryRun ? { dryRun } : {} },
          'detach',
        )
        const now = await needSlice(context, slice)
        output.result({ ...result, slice: now })
        output.line(result.message)
        for (const step of (result['steps'] ?? []) as string[]) output.line(`  - ${step}`)
        output.line(describeSlice(now))
        output.hint(
          dryRun ? `strangler sync start ${slice}` : `strangler shift ${slice} --reads 10`,
        )
      }),
    )

  sync
    .command('stop')
    .argument('<slice>')
    .description('stop the streams; their logs are kept until they go on')
    .option('--drop', 'remove all that was made for them; the next start copies everything again')
    .option('--dry-run', 'show what would happen')
    .action(
      act(async (context, slice: string, options: { drop?: boolean; dryRun?: boolean }) => {
        const { output } = context
        const { drop = false, dryRun = false } = options
        const row = await needSlice(context, slice)
        output.line(describeSlice(row))
        if (dryRun) {
          const message = drop
            ? 'Slots, publications, positions and, if the monolith owns the slice, fences would be dropped. Rows stay.'
            : 'The streams would stop. Postgres would keep their logs until they go on: watch its disk.'
          output.result({ message, slice: row })
          return output.line(message)
        }
        const wanted = {
          kind: 'sync-stop',
          slices: [slice],
          arguments: drop ? { drop } : {},
        } as const
        const result = await carryOut(context, wanted, 'detach')
        const now = await needSlice(context, slice)
        output.result({ ...result, slice: now })
        output.line(result.message)
        output.line(describeSlice(now))
        output.hint(`strangler sync start ${slice}`)
      }),
    )

  sync
    .command('status')
    .argument('[slice]')
    .description('how far the streams are')
    .action(
      act(async (context, slice: string | undefined) => {
        const control = await context.control()
        if (slice !== undefined) await needSlice(context, slice)
        const all = await readStatus(control, await planOf(context))
        const status = slice === undefined ? all : statusOfSlice(all, slice)
        context.output.result({ slices: status.slices })
        for (const line of showStatus(status, context.output.colours)) context.output.line(line)
      }),
    )
}
