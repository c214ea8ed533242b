import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const timeouts = { testTimeout: 60_000, hookTimeout: 120_000 }

/** What is about moments of a switch, or takes the measure of a whole system, has the machine to itself. */
const alone = [
  'e2e/test/browser.test.ts',
  'e2e/test/roles-through-a-switch.test.ts',
  'e2e/test/writers.test.ts',
  'e2e/test/writers-on-debezium.test.ts',
  'load-tests/test/scenarios.test.ts',
]

/** What is about Kafka alone. */
const ofKafka = [
  'e2e/test/kill-matrix-on-debezium.test.ts',
  'cdc/test/behaviour/outlives-kafka-and-connect.test.ts',
  'cdc/test/behaviour/waits-for-its-connectors-before-a-switch.test.ts',
]

/** Where the results go for a program to read. */
const report = process.env['TEST_REPORT']

/** What takes minutes. */
const long = /kill-matrix|contract-at-every-stage|fuzzed-rows|outlives-kafka/

/** The longest files begin first, so that nobody waits for one at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLongest = ({ moduleId }: TestSpecification) => long.test(moduleId)
    const sorted = await super.sort(files)
    return [...sorted.filter(isLongest), ...sorted.filter((file) => !isLongest(file))]
  }
}

export default defineConfig({
  test: {
    // Once a run, for both projects.
    globalSetup: './local/src/testing/stack-setup.ts',
    reporters: [
      'default',
      './local/src/testing/skips.ts',
      ...(report ? [jsonReporter(report)] : []),
    ],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...timeouts,
          name: 'together',
          include: ['**/test/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...alone, ...ofKafka],
          // Servers are waited for most of the time, not processors.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...timeouts,
          // What streams promise holds on either log.
          name: 'debezium',
          include: [
            'cdc/test/behaviour/*.test.ts',
            'e2e/foreign/test/migration.test.ts',
            'e2e/test/kill-matrix-on-debezium.test.ts',
          ],
          env: { CHANGE_LOG: 'debezium' },
          // Connect moves all of its connectors when one comes or goes.
          testTimeout: 120_000,
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...timeouts,
          name: 'alone',
          include: alone,
          // What is measured runs as it does elsewhere.
          env: { JDK_JAVA_OPTIONS: '' },
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})

function jsonReporter(outputFile: string): [string, { outputFile: string }] {
  return ['json', { outputFile }]
}
