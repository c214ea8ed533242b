export * from './coordinate.ts'
export * from './move.ts'
