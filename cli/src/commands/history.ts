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
        if (slice !== undefined) await needSlice(context, slice)
        const entries = await readHistory(control, slice, limit)
        output.result({ entries })
        if (entries.length === 0) return output.line('Nothing has happened yet.')
        const rows = entries.map(({ at, slice, event, epoch, by, detail }) => [
          output.colours.dim(at.toISOString().replace('T', ' ').slice(0, 23)),
          slice,
          event,
          epoch === undefined || epoch === null ? '' : `epoch ${epoch}`,
          by,
          describeDetail(detail),
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

/** A request's result; else what was noted, without what is empty. */
function describeDetail(detail: object = {}): string {
  const { message, reasons, ...rest } = detail as Readonly<Record<string, unknown>>
  const why = Array.isArray(reasons) ? reasons.join('; ') : ''
  if (typeof message === 'string') return why ? `${message} ${why}` : message
  const noted = Object.entries(rest).map(([name, value]) => `${name} ${JSON.stringify(value)}`)
  return [...noted, why].filter(Boolean).join(', ')
}
