import { setTimeout as delay } from 'node:timers/promises'
import { readProxies, record, setReads, setShare, type SliceRow } from '@strangler/core'
import { InvalidArgumentError } from 'commander'
import type pg from 'pg'
import type { Declare } from '../command.ts'
import { type Context, needSlice } from '../context.ts'
import { need } from '../environment.ts'
import { CliError } from '../errors.ts'
import { describeSlice } from '../output/slice.ts'

export const declareShift: Declare = (program, act) => {
  program
    .command('shift')
    .argument('<slice>')
    .description("let the extracted side answer a share of a slice's reads")
    .requiredOption('--reads <percent>', '0 to 100', parsePercent)
    .option('--dry-run', 'check, and show what would change')
    .action(
      act(async (context, slice: string, options: { reads: number; dryRun?: boolean }) => {
        const { output } = context
        const { reads, dryRun = false } = options
        const control = await context.control()
        const row = await needSlice(context, slice)
        output.line(describeSlice(row))
        const reasons = whyNot(row)
        if (reasons.length > 0) {
          const lines = [
            `Reads of ${slice} cannot be shared now.`,
            ...reasons.map((why) => `  - ${why}`),
          ]
          throw new CliError('REFUSED', lines.join('\n'), { reasons })
        }
        const before = await sharesOf(control, row)
        const change = `The extracted side answers ${reads} % of the reads of ${slice}`
        if (dryRun) {
          output.result({ slice, before, wouldBe: reads })
          return output.line(`${change}: that would be set; now it is ${before.join(' / ')} %.`)
        }
        const admin = {
          url: need(context.environment, 'UNLEASH_URL'),
          token: need(context.environment, 'UNLEASH_TOKEN'),
        }
        // In this order: the worker leaves the flags of slices alone whose reads go by flag.
        await setReads(control, slice, 'flag')
        await setShare(admin, slice, reads)
        const detail = { before, reads }
        await record(control, { slice, event: 'shift', by: context.by, detail })
        await untilSeen(context, control, slice, reads)
        output.result({ slice, before, reads })
        output.line(`${change}. All proxies know it.`)
        output.hint(reads < 100 ? `strangler status` : `strangler switch ${slice} --to extracted`)
      }),
    )
}

function whyNot({ name, sync, certificate, phase }: SliceRow): string[] {
  const reasons: string[] = []
  if (sync !== 'streaming')
    reasons.push(`it is not in step (${sync}): strangler sync start ${name}`)
  else if (!certificate?.clean)
    reasons.push(`it has no clean certificate: strangler verify ${name}`)
  if (phase !== 'idle') reasons.push(`a switch is under way (${phase})`)
  return reasons
}

/** The shares that hold now, as the live proxies see them. */
async function sharesOf(control: pg.Pool, { name, reads, owner }: SliceRow): Promise<number[]> {
  if (reads === 'owner') return [owner === 'legacy' ? 0 : 100]
  const live = (await readProxies(control)).filter(({ expired }) => !expired)
  return [...new Set(live.map(({ report }) => report.shares[name] ?? 0))]
}

const seenMs = 30_000

async function untilSeen(
  { output }: Context,
  control: pg.Pool,
  slice: string,
  percent: number,
): Promise<void> {
  const until = performance.now() + seenMs
  for (;;) {
    const live = (await readProxies(control)).filter(({ expired }) => !expired)
    const behind = live.filter(({ report }) => report.shares[slice] !== percent)
    if (behind.length === 0) return
    const names = behind.map(({ id }) => id).join(', ')
    if (performance.now() > until) {
      const message = `The flag is set to ${percent} %, but after ${seenMs / 1000} s these proxies do not know it: ${names}. Check that they reach Unleash; they keep the former share until then.`
      throw new CliError('FAILED', message, { proxies: behind.map(({ id }) => id) })
    }
    output.progress(`waiting for ${names}`)
    await delay(200)
  }
}

function parsePercent(text: string): number {
  const percent = Number(text)
  if (/^\d{1,3}$/.test(text) && percent <= 100) return percent
  throw new InvalidArgumentError('It is a whole number from 0 to 100.')
}
