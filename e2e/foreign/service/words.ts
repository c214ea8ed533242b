/** The depot's words for what the service stores, both ways. Clients know only the depot's. */
export const states = {
  announced: 'booked',
  accepted: 'received',
  in_transit: 'moving',
  out_for_delivery: 'on_van',
  delivered: 'handed_over',
  returned: 'sent_back',
  lost: 'missing',
} as const

export const kinds = {
  scan: 'scanned',
  move: 'moved',
  note: 'remarked',
  exception: 'failed',
} as const

export type State = (typeof states)[keyof typeof states]

/** What the service calls a depot's word; undefined when the depot has no such word. */
export function stored<Value>(words: Readonly<Record<string, Value>>, word: unknown) {
  return typeof word === 'string' && Object.hasOwn(words, word) ? words[word] : undefined
}

/** An SQL expression that turns a column's stored word back into the depot's. */
export function told(words: Readonly<Record<string, string>>, column: string): string {
  const cases = Object.entries(words).map(([word, stored]) => `WHEN '${stored}' THEN '${word}'`)
  return `CASE ${column} ${cases.join(' ')} END`
}
