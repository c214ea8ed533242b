export * from './client.ts'
export * from './metrics.ts'
export * from './system.ts'
