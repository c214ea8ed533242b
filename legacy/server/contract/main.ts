import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { runContract } from './run.ts'

const usage = `node contract/main.ts --base-url URL [--json FILE] [--admin-email E] [--admin-password P]
Checks that a server with seeded data answers as PetSphere does. --json writes what was said to a file;
two servers that behave the same give the same bytes.`

const { values } = parseArgs({
  options: {
    'base-url': { type: 'string' },
    json: { type: 'string' },
    'admin-email': { type: 'string' },
    'admin-password': { type: 'string' },
  },
})

if (values['base-url'] === undefined || !URL.canParse(values['base-url'])) {
  console.error(usage)
  process.exitCode = 2
} else {
  await run(values['base-url'])
}

async function run(baseUrl: string): Promise<void> {
  const { 'admin-email': adminEmail, 'admin-password': adminPassword } = values
  const { transcript, failures, uncovered } = await runContract({
    baseUrl,
    ...(adminEmail === undefined ? {} : { adminEmail }),
    ...(adminPassword === undefined ? {} : { adminPassword }),
  })
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify(transcript, null, 2)}\n`)
  }
  for (const failure of failures) console.log(`FAILED ${failure.case}\n  ${failure.explanation}`)
  for (const tuple of uncovered) console.log(`NOT COVERED ${tuple}`)
  console.log(
    `${transcript.length} cases, ${failures.length} failed, ${uncovered.length} not covered`,
  )
  process.exitCode = failures.length + uncovered.length > 0 ? 1 : 0
}
