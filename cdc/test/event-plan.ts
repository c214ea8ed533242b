import { type ConsumerInput, env, type PlanInput, table } from '@strangler/core'

export interface EventNames {
  readonly publisher: string
  readonly consumer: string
  readonly prefix: string
  readonly retry: NonNullable<ConsumerInput['retry']>
}

export const eventTables = [table('things')]

/** A plan whose service has an outbox, with a consumer in another service's database. */
export function eventPlan(base: PlanInput, names: EventNames): PlanInput {
  const { publisher, consumer, prefix, retry } = names
  const { slices, services, streams } = base
  const mailer = {
    coordinator: env('MAILER_COORDINATOR_URL'),
    applier: env('MAILER_APPLIER_URL'),
    reader: env('MAILER_READER_URL'),
  }
  return {
    ...base,
    streams: { ...streams, kafka: { ...streams!.kafka!, prefix } },
    services: {
      [publisher]: { ...services['service']!, outbox: { subscriber: env('SUBSCRIBER_URL') } },
      mailer: { url: 'http://127.0.0.1:1', database: mailer },
    },
    slices: Object.fromEntries(
      Object.entries(slices).map(([name, slice]) => [name, { ...slice, service: publisher }]),
    ),
    consumers: { [consumer]: { of: publisher, at: 'mailer', role: 'app', retry } },
  }
}
