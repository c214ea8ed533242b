import type { ConsumerPlan } from '@strangler/core'

/** What a failed attempt leads to: another one after a pause, or a letter that waits for a person. */
export type Next = { readonly kind: 'again'; readonly inMs: number } | { readonly kind: 'dead' }

/** @param attempts how many there were, the failed one included. */
export function afterFailure(attempts: number, retry: ConsumerPlan['retry']): Next {
  if (attempts >= retry.attempts) return { kind: 'dead' }
  return { kind: 'again', inMs: Math.min(retry.firstMs * 2 ** (attempts - 1), retry.longestMs) }
}

/**
 * Conflicts with neighbours; connections and servers that fail or are short of something; a database that only reads.
 * And the fence: the consumer's service does not own what its consumer writes to.
 */
const circumstances = /^(08...|40001|40P01|53...|55P03|55006|57P0.|25006|SF001)$/

/** Whether an error is about the database and not about the event: it is waited for, however long. */
export function isCircumstance(error: unknown): boolean {
  const { code, severity } = error as { code?: unknown; severity?: unknown }
  return typeof code === 'string' && severity !== undefined && circumstances.test(code)
}

/** Whether a circumstance hinders one event, and others need not wait for it. */
export function concernsOne(error: unknown): boolean {
  return /^(40001|40P01|55P03|SF001)$/.test((error as { code?: string }).code ?? '')
}
