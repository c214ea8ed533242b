import { createInterface } from 'node:readline/promises'
import { type Command, InvalidArgumentError } from 'commander'
import type { Act, Declare } from '../command.ts'
import { findConsumer, type Context, needSlice } from '../context.ts'
import { CliError } from '../errors.ts'
import { readLetters } from '../letters/read.ts'
import { showLetters } from '../letters/show.ts'
import { describeSlice } from '../output/slice.ts'
import { carryOut } from '../requests/follow.ts'
import {
  discardConsumerLetters,
  listConsumerLetters,
  replayConsumerLetters,
} from './consumer-letters.ts'

interface Options {
  readonly all?: boolean
  readonly dryRun?: boolean
  readonly yes?: boolean
}

export const declareDeadLetters: Declare = (program, act) => {
  const letters = program
    .command('dead-letters')
    .description(
      'changes that the other side of a slice refused, or events that a consumer could not handle',
    )
  declareList(letters, act)
  declareReplay(letters, act)
  declareDiscard(letters, act)
}

function declareList(letters: Command, act: Act): void {
  letters
    .command('list')
    .argument('<name>', "a slice's or a consumer's")
    .description('the letters in their order, with what the other side said')
    .option('--discarded', 'those that were given up, in place of those that wait')
    .option('--limit <n>', 'how many of each stream, the first ones', parseLimit, 50)
    .action(
      act(async (context, slice: string, options: { discarded?: boolean; limit: number }) => {
        const { output, environment } = context
        const { discarded = false, limit } = options
        const plan = await context.loadPlan()
        const consumer = plan.consumers.get(slice)
        if (consumer) {
          return listConsumerLetters({ context, plan, consumer }, { discarded, limit })
        }
        const found = await readLetters(plan, slice, environment, { discarded, limit })
        output.result({ slice, letters: found })
        if (found.length === 0) {
          return output.line(
            discarded
              ? `No letter of ${slice} was discarded.`
              : `No dead letters of ${slice} wait: all that was written is on both sides.`,
          )
        }
        for (const line of showLetters(found, output.colours)) output.line(line)
        if (found.length >= limit) output.line(`More may follow: --limit ${limit * 10}`)
        if (discarded) return
        output.line('Correct the row at its source, or the table that refuses it; then:')
        output.hint(`strangler dead-letters replay ${slice} --all`)
      }),
    )
}

function declareReplay(letters: Command, act: Act): void {
  letters
    .command('replay')
    .argument('<name>', "a slice's or a consumer's")
    .argument('[id...]', 'letters of "list", each with all others of its row')
    .description('apply letters in order, now that nothing is in their way; what is refused stays')
    .option('--all', 'all of them')
    .option('--dry-run', 'try it in the databases, and roll it back')
    .action(
      act(async (context, slice: string, ids: string[], options: Options) => {
        const { output } = context
        const { dryRun = false } = options
        const chosen = choose(ids, options)
        const found = await findConsumer(context, slice)
        if (found) return replayConsumerLetters({ context, ...found }, ids, dryRun)
        const row = await needSlice(context, slice)
        output.line(describeSlice(row))
        const wanted = { ...chosen, ...(dryRun && { dryRun }) }
        const request = { kind: 'dead-letters-replay', slices: [slice], arguments: wanted } as const
        const result = await carryOut(context, request, 'detach')
        output.result(result)
        output.line(result.message)
        output.hint(next(slice, dryRun, 'replay', ids, result['waiting']))
      }),
    )
}

function declareDiscard(letters: Command, act: Act): void {
  letters
    .command('discard')
    .argument('<name>', "a slice's or a consumer's")
    .argument('[id...]', 'letters of "list"; only these')
    .description('give letters up: their rows stay as they are, and differ from their source')
    .option('--all', 'all of them')
    .option('--yes', 'do not ask for the name')
    .option('--dry-run', 'show which would be discarded')
    .action(
      act(async (context, slice: string, ids: string[], options: Options) => {
        const { output } = context
        const { dryRun = false, yes = false } = options
        const chosen = choose(ids, options)
        const found = await findConsumer(context, slice)
        if (found) {
          const sure = () => (yes ? Promise.resolve() : confirm(context, slice))
          return discardConsumerLetters({ context, ...found }, ids, dryRun, sure)
        }
        const row = await needSlice(context, slice)
        output.line(describeSlice(row))
        if (!yes && !dryRun) await confirm(context, slice)
        const wanted = { ...chosen, ...(dryRun && { dryRun }) }
        const request = {
          kind: 'dead-letters-discard',
          slices: [slice],
          arguments: wanted,
        } as const
        const result = await carryOut(context, request, 'detach')
        output.result(result)
        output.line(result.message)
        if (dryRun) for (const id of result['discarded'] as string[]) output.line(`  - ${id}`)
        output.hint(next(slice, dryRun, 'discard', ids, result['waiting']))
      }),
    )
}

/** @throws CliError USAGE when neither letters are named nor all of them are meant, or both. */
function choose(ids: readonly string[], { all = false }: Options): { ids?: readonly string[] } {
  const wrong = ids.find((id) => !/^[efr]?\d+$/.test(id))
  if (wrong !== undefined) {
    throw new CliError('USAGE', `"${wrong}" is no letter's id. They look like f17; see "list".`)
  }
  if (all === ids.length > 0) throw new CliError('USAGE', 'Name letters, or say --all.')
  return all ? {} : { ids }
}

/** What cannot be taken back is done by who can name it. */
async function confirm({ output }: Context, slice: string): Promise<void> {
  if (output.isJson || !process.stdin.isTTY) {
    throw new CliError('USAGE', `Discarding cannot be taken back. Say --yes if it is meant.`)
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const question = `What is discarded never arrives. Type "${slice}" to go on: `
  const typed = await terminal.question(question).finally(() => terminal.close())
  if (typed.trim() === slice) return
  throw new CliError('REFUSED', `That is not "${slice}". Nothing was discarded.`)
}

function next(
  slice: string,
  dryRun: boolean,
  command: string,
  ids: readonly string[],
  waiting: unknown,
): string {
  if (dryRun) return ['strangler dead-letters', command, slice, ...dashed(ids)].join(' ')
  return waiting === 0 ? `strangler verify ${slice}` : `strangler dead-letters list ${slice}`
}

function dashed(ids: readonly string[]): readonly string[] {
  return ids.length > 0 ? ids : ['--all']
}

function parseLimit(text: string): number {
  const limit = Number(text)
  if (Number.isInteger(limit) && limit > 0) return limit
  throw new InvalidArgumentError('It is a number of letters, for example 50.')
}
