export { loadPlan } from '@strangler/core'
export { type Consumer, type ConsumerOptions, createConsumer } from './consumer.ts'
export type { DomainEvent } from './event.ts'
export type { Handle } from './handling.ts'
