export * from './broken.ts'
export * from './pool.ts'
export * from './provision.ts'
export * from './roles.ts'
