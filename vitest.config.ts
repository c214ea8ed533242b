import { defineConfig } from 'vitest/config'

const timeouts = { testTimeout: 60_000, hookTimeout: 120_000 }

/** Each starts a whole system, so one at a time, and after the others. */
const journeys = [
  'e2e/**/test/**/*.test.ts',
  'load-tests/test/**/*.test.ts',
  'local/test/**/*.test.ts',
]

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
          name: 'packages',
          include: ['**/test/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...journeys],
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...timeouts,
          name: 'journeys',
          include: journeys,
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
