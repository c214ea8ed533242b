import { openPgoutput } from '../../../cdc/src/log/pgoutput/open.ts'

/** Reads rows out of a slot as our worker does, and throws them away: `capture.ts URL SLOT PUBLICATION ROWS`. */
const [url, slot, publication, rows] = process.argv.slice(2) as [string, string, string, string]
const log = await openPgoutput({
  url,
  slot,
  publication,
  application: 'strangler bench',
  checkSource: async () => {},
  gone: (what) => new Error(what),
})
let count = 0
let began = 0
for await (const entries of log.read('0/0', 0)) {
  began ||= performance.now()
  for (const { kind } of entries) if (kind === 'insert') count++
  if (count >= Number(rows)) break
}
console.log(JSON.stringify({ rowsPerSecond: count / ((performance.now() - began) / 1000) }))
await log.close()
