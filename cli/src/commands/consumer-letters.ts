import { type ConsumerPlan, type EventLetter, type Plan, record } from '@strangler/core'
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import { type ConsumerLetters, openConsumerLetters } from '../letters/consumer.ts'
import { showEventLetters, whyOf } from '../letters/show-events.ts'

export interface ConsumerCommand {
  readonly context: Context
  readonly plan: Plan
  readonly consumer: ConsumerPlan
}

/** `e17`, or the number alone. */
function numbersOf(ids: readonly string[]): number[] | undefined {
  if (ids.length === 0) return undefined
  const wrong = ids.find((id) => !/^e?\d+$/.test(id))
  if (wrong === undefined) return ids.map((id) => Number(id.replace(/^e/, '')))
  throw new CliError(
    'USAGE',
    `"${wrong}" is no letter of a consumer. They look like e17; see "list".`,
  )
}

const named = ({ id, ...letter }: EventLetter) => ({ id: `e${id}`, ...letter })
const count = (letters: number) => `${letters} letter${letters === 1 ? '' : 's'}`

export async function listConsumerLetters(
  command: ConsumerCommand,
  selection: { readonly discarded: boolean; readonly limit: number },
): Promise<void> {
  const { context, consumer } = command
  const { output } = context
  const { name } = consumer
  await using letters = await open(command)
  const found = await letters.read(selection)
  output.result({ consumer: name, letters: found.map(named) })
  if (found.length === 0) {
    return output.line(
      selection.discarded
        ? `No letter of ${name} was discarded.`
        : `No letters of ${name} wait: what it took, it handled.`,
    )
  }
  for (const line of showEventLetters(found, output.colours)) output.line(line)
  if (found.length >= selection.limit) {
    output.line(`More may follow: --limit ${selection.limit * 10}`)
  }
  if (selection.discarded) return
  output.line(`Take away what is in the way, in ${consumer.at} or in the event's data; then:`)
  output.hint(`strangler dead-letters replay ${name} --all`)
}

export async function replayConsumerLetters(
  command: ConsumerCommand,
  ids: readonly string[],
  isTrial: boolean,
): Promise<void> {
  const { context, consumer } = command
  const { output, by } = context
  const { name } = consumer
  const wanted = numbersOf(ids)
  await using letters = await open(command)
  if (isTrial) return showWouldBe(command, letters, wanted, 'tried')
  const control = await context.control()
  const { handled, left } = await letters.replay(wanted)
  const message = `Consumer "${name}": ${count(handled)} handled, ${left.length} left.`
  const detail = {
    handled,
    waiting: left.length,
    left: left.map((letter) => ({ ...named(letter), why: whyOf(letter) })),
  }
  const event = `dead-letters-replay ${left.length > 0 ? 'failed' : 'done'}`
  await record(control, { slice: name, event, by, detail: { message, ids } })
  if (left.length > 0) {
    const lines = left.slice(0, 20).map((letter) => `  - ${named(letter).id}, ${whyOf(letter)}`)
    throw new CliError('FAILED', [message, ...lines].join('\n'), detail)
  }
  output.result({ message, ...detail })
  output.line(message)
  output.hint('strangler status')
}

export async function discardConsumerLetters(
  command: ConsumerCommand,
  ids: readonly string[],
  isTrial: boolean,
  confirm: () => Promise<void>,
): Promise<void> {
  const { context, consumer } = command
  const { output, by } = context
  const { name } = consumer
  const wanted = numbersOf(ids)
  await using letters = await open(command)
  if (isTrial) return showWouldBe(command, letters, wanted, 'discarded')
  await confirm()
  const control = await context.control()
  const discarded = (await letters.discard(wanted, by)).map((id) => `e${id}`)
  const waiting = (await letters.read({ discarded: false })).length
  const message = `Consumer "${name}": ${count(discarded.length)} discarded, ${waiting} left.`
  const detail = { message, discarded }
  await record(control, { slice: name, event: 'dead-letters-discard done', by, detail })
  output.result({ ...detail, waiting })
  output.line(message)
  output.hint(waiting === 0 ? 'strangler status' : `strangler dead-letters list ${name}`)
}

async function showWouldBe(
  { context: { output }, consumer }: ConsumerCommand,
  letters: ConsumerLetters,
  ids: readonly number[] | undefined,
  what: string,
): Promise<void> {
  const found = (await letters.read({ discarded: false, ids })).map((letter) => named(letter).id)
  const message = `Consumer "${consumer.name}": ${count(found.length)} would be ${what}. Nothing was changed.`
  output.result({ message, letters: found })
  output.line(message)
  for (const id of found) output.line(`  - ${id}`)
}

function open({ plan, consumer, context }: ConsumerCommand): Promise<ConsumerLetters> {
  return openConsumerLetters(plan, consumer, context.environment)
}
