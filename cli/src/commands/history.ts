import { InvalidArgumentError } from 'commander'
import { readHistory } from '@strangler/core'
import type { Declare } from '../command.ts'
import { needSlice } from '../context.ts'
import { table } from '../output/output.ts'

export const declareHistory: Declare = (program, act) => {
  program
    .command('history')
    .argument('[slice]', 'only this slice')
    .description('who did what, when, with which result')
    .option('--limit <n>', 'how many entries, the latest ones', parseLimit, 50)
    .action(
      act(async (context, slice: string | undefined, { limit }: { limit: number }) => {
        const { output } = context
        const control = await context.control()
        if (slice !== undefined) await needSlice(control, slice)
        const entries = await readHistory(control, slice, limit)
        output.result({ entries })
        if (entries.length === 0) return output.line('Nothing has happened yet.')
        const rows = entries.map(({ at, slice, event, epoch, by, detail }) => [
          output.colours.dim(at.toISOString().replace('T', ' ').slice(0, 23)),
          slice,
          event,
          epoch === undefined || epoch === null ? '' : `epoch ${epoch}`,
          by,
          Object.keys(detail ?? {}).length > 0 ? JSON.stringify(detail) : '',
        ])
        for (const line of table(rows)) output.line(line)
      }),
    )
}

function parseLimit(text: string): number {
  const limit = Number(text)
  if (Number.isInteger(limit) && limit > 0) return limit
  throw new InvalidArgumentError('It is a number of entries, for example 50.')
}
