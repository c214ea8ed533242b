import { defineConfig } from 'vitest/config'

const timeouts = { testTimeout: 60_000, hookTimeout: 120_000 }

/** What takes the measure of a whole system has the machine to itself. */
const alone = ['browser', 'contract-at-every-stage', 'writers'].map(
  (name) => `e2e/test/${name}.test.ts`,
)

/** Where the results go for a program to read. */
const report = process.env['TEST_REPORT']

export default defineConfig({
  test: {
    reporters: [
      'default',
      './local/src/testing/skips.ts',
      ...(report ? [jsonReporter(report)] : []),
    ],
    projects: [
      {
        test: {
          ...timeouts,
          name: 'together',
          include: ['**/test/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...alone],
          // Servers are waited for most of the time, not processors.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...timeouts,
          name: 'alone',
          include: alone,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})

function jsonReporter(outputFile: string): [string, { outputFile: string }] {
  return ['json', { outputFile }]
}
