import { env, type PlanInput, type SequenceMapping, type TableMapping } from '@strangler/core'

/** A plan with one slice and one service; its secrets are references into the environment. */
export function planOf(
  slice: string,
  tables: readonly TableMapping[],
  sequences: readonly SequenceMapping[] = [],
): PlanInput {
  const database = (name: string) => ({
    coordinator: env(`${name}_COORDINATOR_URL`),
    applier: env(`${name}_APPLIER_URL`),
    reader: env(`${name}_READER_URL`),
  })
  return {
    legacy: { url: 'http://127.0.0.1:1', database: database('LEGACY') },
    services: { service: { url: 'http://127.0.0.1:1', database: database('SERVICE') } },
    streams: {
      log: env('CHANGE_LOG'),
      kafka: { brokers: env('KAFKA_BROKERS'), connect: env('CONNECT_URL') },
    },
    slices: {
      [slice]: { service: 'service', routes: ['GET /anything'], tables: [...tables], sequences },
    },
  }
}
