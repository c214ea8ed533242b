import { defineMigration, env, table } from '@strangler/core'

const database = (name: string) => ({
  coordinator: env(`${name}_COORDINATOR_URL`),
  applier: env(`${name}_APPLIER_URL`),
  reader: env(`${name}_READER_URL`),
})

/** One slice with the benchmark's table. */
export default defineMigration({
  legacy: { url: 'http://127.0.0.1:1', database: database('LEGACY') },
  services: { service: { url: 'http://127.0.0.1:1', database: database('SERVICE') } },
  streams: {
    log: env('STREAMS_LOG'),
    kafka: { brokers: env('KAFKA_BROKERS'), connect: env('CONNECT_URL') },
  },
  slices: { bench: { service: 'service', routes: ['GET /rows'], tables: [table('rows')] } },
})
