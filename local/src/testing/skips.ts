import type { Reporter, TestModule } from 'vitest/node'

/**
 * Says at the end what was not run and what it needs. With `NO_SKIPS` set, as it is in CI, a skipped test
 * fails the run.
 */
export default class SkipReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap((module) =>
      [...module.children.allTests('skipped')].map((test) => {
        const result = test.result()
        const note = result.state === 'skipped' ? result.note : undefined
        return { name: test.fullName, note: note ?? 'skipped without a reason' }
      }),
    )
    if (skipped.length === 0) return
    const reasons = Map.groupBy(skipped, ({ note }) => note)
    console.log('\nNot run here:')
    for (const [note, tests] of reasons) {
      console.log(`  ${note}`)
      for (const { name } of tests) console.log(`    - ${name}`)
    }
    if (process.env['NO_SKIPS']) {
      console.log('Here nothing may be skipped (NO_SKIPS is set).')
      process.exitCode = 1
    }
  }
}
