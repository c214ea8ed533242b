export * from './fence.ts'
export * from './locks.ts'
export * from './sequences.ts'
export * from './triggers.ts'
