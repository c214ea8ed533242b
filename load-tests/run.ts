import { findK6, howToGetK6 } from './src/find-k6.ts'
import { LoadError } from './src/strangler.ts'
import { switchUnderLoad } from './src/switch.ts'

const scenarios = { switch: switchUnderLoad }
const usage = `npm run load -- SCENARIO, where SCENARIO is one of: ${Object.keys(scenarios).join(', ')}.
BASE_URL says where the proxy is; http://127.0.0.1:8080 unless it is set.`

const interrupted = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interrupted.abort())

try {
  const name = process.argv[2] ?? ''
  if (!Object.hasOwn(scenarios, name)) throw new LoadError(usage)
  const k6 = findK6()
  if (k6 === undefined) throw new LoadError(howToGetK6)
  await scenarios[name as keyof typeof scenarios]({
    k6,
    baseUrl: process.env['BASE_URL'] || 'http://127.0.0.1:8080',
    say: (line) => console.log(`  ${line}`),
    signal: interrupted.signal,
  })
  console.log(`${name}: passed. No request failed, and all that was written was read back.`)
} catch (error) {
  process.exitCode = 1
  console.error(error instanceof LoadError ? `load: ${error.message}` : error)
}
