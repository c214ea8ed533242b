/** Names of what captures a service's outbox, in its database. */
export function outboxNames(service: string) {
  return { publication: `strangler_events_${service}`, slot: `strangler_events_${service}` }
}

const slotPrefix = 'strangler_consumer_'

/** The slot by which a consumer reads an outbox from Postgres itself. */
export function consumerSlot(consumer: string): string {
  return `${slotPrefix}${consumer}`
}

/** For a LIKE: the slots of all consumers, those that a plan has no more included. */
export const consumerSlots = `${slotPrefix.replaceAll('_', String.raw`\_`)}%`

/** The topic that a service's events go to. Its connectors' names begin with it and a dot. */
export function eventTopic(prefix: string, service: string): string {
  return `${prefix}.events.${service}`
}
