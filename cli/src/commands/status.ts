import { setTimeout as delay } from 'node:timers/promises'
import type { Declare } from '../command.ts'
import { readStatus } from '../status/read.ts'
import { showStatus } from '../status/show.ts'

const everyMs = 1000

export const declareStatus: Declare = (program, act) => {
  program
    .command('status')
    .description(
      'each slice: owner, epoch, share of reads, lag, certificate, and whether it can switch',
    )
    .option('--watch', 'show it again every second')
    .action(
      act(async (context, { watch }: { watch?: boolean }) => {
        const control = await context.control()
        for (;;) {
          const status = await readStatus(control)
          if (watch && process.stdout.isTTY) process.stdout.write('\u001b[2J\u001b[H')
          context.output.result(status)
          for (const line of showStatus(status, context.output.colours)) context.output.line(line)
          if (!watch) return
          await delay(everyMs)
        }
      }),
    )
}
