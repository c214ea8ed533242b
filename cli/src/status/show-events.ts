import { ago } from '../output/ago.ts'
import { type Colours, table } from '../output/output.ts'
import type { ConsumerStatus, EventsStatus, Status } from './read.ts'

/** So much of a log kept is worth a look: something does not read. */
const muchBytes = 64_000_000

/** Outboxes and consumers, for a person; nothing where a plan has none. */
export function showEvents({ outboxes, consumers }: Status, c: Colours): string[] {
  if (outboxes.length === 0) return []
  const lines = [
    '',
    ...table([
      ...outboxes.map((outbox) => [
        'outbox',
        c.bold(outbox.name),
        showState(outbox, c),
        kept(outbox, c),
      ]),
      ...consumers.map((consumer) => [
        'consumer',
        c.bold(consumer.name),
        showState(consumer, c),
        progress(consumer, c),
      ]),
    ]),
  ]
  for (const { name, letters, deadLetters } of consumers) {
    if (letters === 0) continue
    const waiting = letters === 1 ? '1 letter waits' : `${letters} letters wait`
    const command = `strangler dead-letters list ${name}`
    const text = `${name}: ${waiting}, ${deadLetters} dead: ${command}`
    lines.push(deadLetters > 0 ? c.red(text) : c.yellow(text))
  }
  for (const { name, why, state } of [...outboxes, ...consumers]) {
    if (why) lines.push((state === 'stopped' ? c.red : c.yellow)(`${name}: ${why}`))
  }
  return lines
}

function showState({ state }: EventsStatus, c: Colours): string {
  switch (state) {
    case 'running':
      return state
    case 'stopped':
      return c.red(state)
    case 'silent':
      return c.yellow('no process runs')
    default:
      return c.yellow(state)
  }
}

function progress(consumer: ConsumerStatus, c: Colours): string {
  const { behind, lastEventAt } = consumer
  const parts = [
    ...(behind === null ? [] : [behind === 1 ? '1 event behind' : `${behind} events behind`]),
    ...(consumer.keptBytes === null ? [] : [kept(consumer, c)]),
    lastEventAt === null
      ? 'no event yet'
      : `last event ${ago(Date.now() - Date.parse(lastEventAt))}`,
  ]
  return parts.join(', ')
}

function kept({ keptBytes }: EventsStatus, c: Colours): string {
  if (keptBytes === null) return ''
  const text = `${keptBytes < 1e6 ? 'less than 1' : Math.round(keptBytes / 1e6)} MB of log kept`
  return keptBytes > muchBytes ? c.red(text) : text
}
