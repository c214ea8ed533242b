export * from './judge.ts'
export * from './read.ts'
export * from './scope.ts'
export * from './triggers.ts'
