import { setTimeout as delay } from 'node:timers/promises'
import type { Declare } from '../command.ts'
import { needSlice, planOf } from '../context.ts'
import { readStatus, statusOfSlice } from '../status/read.ts'
import { showStatus } from '../status/show.ts'

const everyMs = 1000

export const declareStatus: Declare = (program, act) => {
  program
    .command('status')
    .argument('[slice]', 'this one alone')
    .description(
      'each slice: owner, epoch, share of reads, lag, certificate, and whether it can switch',
    )
    .option('--watch', 'show it again every second')
    .action(
      act(async (context, slice: string | undefined, { watch }: { watch?: boolean }) => {
        const control = await context.control()
        if (slice !== undefined) await needSlice(context, slice)
        const plan = await planOf(context)
        for (;;) {
          const all = await readStatus(control, plan)
          const status = slice === undefined ? all : statusOfSlice(all, slice)
          if (watch && process.stdout.isTTY) process.stdout.write('\u001b[2J\u001b[H')
          context.output.result(status)
          for (const line of showStatus(status, context.output.colours)) context.output.line(line)
          if (!watch) return
          await delay(everyMs)
        }
      }),
    )
}
