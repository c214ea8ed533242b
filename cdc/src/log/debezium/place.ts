import { formatLsn, parseLsn } from '../lsn.ts'

/** How far a topic has been read: the next offset, and where the last transaction was committed at the source. */
export interface TopicPlace {
  readonly offset: bigint
  readonly committed: bigint
}

/** `1042@16/B374D848` */
export function formatPlace({ offset, committed }: TopicPlace): string {
  return `${offset}@${formatLsn(committed)}`
}

export function parsePlace(text: string): TopicPlace {
  const [offset = '0', committed = '0/0'] = text.split('@')
  return { offset: BigInt(offset), committed: parseLsn(committed) }
}
