export * from './control.ts'
export * from './database.ts'
export * from './postgres.ts'
export * from './roles.ts'
