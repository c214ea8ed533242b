import { loadClinic } from './src/day.ts'
import { findK6, howToGetK6 } from './src/find-k6.ts'
import { readOptions, scenarios, usage } from './src/options.ts'
import { LoadError } from './src/strangler.ts'
import { switchUnderLoad } from './src/switch.ts'

const interrupted = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interrupted.abort())

const [given, ...args] = process.argv.slice(2)

try {
  if (given === '--help' || given === 'help') console.log(usage)
  else await run()
} catch (error) {
  process.exitCode = 1
  console.error(error instanceof LoadError ? `load: ${error.message}` : error)
}

async function run(): Promise<void> {
  const name = scenarios.find((one) => one === given)
  if (name === undefined) {
    const what = given === undefined ? 'No scenario was named' : `There is no scenario "${given}"`
    throw new LoadError(`${what}; it must be one of: ${scenarios.join(', ')}.\n\n${usage}`)
  }
  const options = readOptions(name, args)
  const k6 = findK6()
  if (k6 === undefined) throw new LoadError(howToGetK6)
  const scenario = {
    k6,
    options,
    say: (line: string) => console.log(`  ${line}`),
    signal: interrupted.signal,
  }
  const said = await (name === 'switch' ? switchUnderLoad(scenario) : loadClinic(name, scenario))
  console.log(`${name}: passed. ${said}`)
}
