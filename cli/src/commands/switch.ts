import { Option } from 'commander'
import type { Side } from '@strangler/core'
import type { Declare } from '../command.ts'
import { needSlice } from '../context.ts'
import { describeSlice } from '../output/slice.ts'
import { showTimeline, type Timeline } from '../output/timeline.ts'
import { carryOut } from '../requests/follow.ts'

export const declareSwitch: Declare = (program, act) => {
  program
    .command('switch')
    .argument('<slice...>', 'one slice, or several that move together')
    .description('give slices another owner, or the former one again')
    .addOption(
      new Option('--to <side>', 'who is to own them')
        .choices(['extracted', 'legacy'])
        .makeOptionMandatory(),
    )
    .option('--dry-run', 'only check, and show the steps that would follow')
    .action(
      act(async (context, given: string[], options: { to: Side; dryRun?: boolean }) => {
        const { output } = context
        const { to, dryRun = false } = options
        const slices = [...new Set(given)].sort()
        for (const slice of slices) output.line(describeSlice(await needSlice(context, slice)))
        const wanted = dryRun ? { to, dryRun } : { to }
        const request = { kind: 'switch', slices, arguments: wanted } as const
        const result = await carryOut(context, request, 'abort')
        const now = await Promise.all(slices.map((slice) => needSlice(context, slice)))
        output.result({ ...result, slices: now })
        for (const line of showTimeline(result['timeline'] as Timeline | undefined)) {
          output.line(output.colours.dim(line))
        }
        output.line(result.message)
        for (const step of (result['steps'] ?? []) as string[]) output.line(`  - ${step}`)
        for (const why of (result['warnings'] ?? []) as string[]) {
          output.line(output.colours.yellow(`warning: ${why}`))
        }
        for (const row of now) output.line(describeSlice(row))
        const names = slices.join(' ')
        const back = to === 'extracted' ? 'legacy' : 'extracted'
        output.hint(`strangler switch ${names} --to ${dryRun ? to : back}`)
      }),
    )
}
