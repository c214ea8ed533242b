import { parseArgs } from 'node:util'
import { databaseConfig } from '../config.ts'
import { createProgress } from './progress.ts'
import { defaultToday, seed, SeedRefused } from './seed.ts'
import { type SizeName, sizes } from './world.ts'

const usage = `node src/seed/main.ts [--size ${Object.keys(sizes).join('|')}] [--today ${defaultToday}]
    [--seed 1] [--if-empty]
Fills the empty, migrated database of DATABASE_URL, in one transaction. --if-empty does nothing, and is
content, when there is data already. What takes longer tells on stderr how far it is.`

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: 'medium' },
    today: { type: 'string', default: defaultToday },
    seed: { type: 'string', default: '1' },
    'if-empty': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const isSize = (name: string): name is SizeName => Object.hasOwn(sizes, name)
const { size, today } = values

if (values.help) {
  console.log(usage)
} else if (!isSize(size) || !/^\d{4}-\d{2}-\d{2}$/.test(today) || !/^\d{1,9}$/.test(values.seed)) {
  console.error(usage)
  process.exitCode = 2
} else {
  await run(size)
}

async function run(size: SizeName): Promise<void> {
  const began = performance.now()
  const progress = createProgress({
    expected: sizes[size].rows,
    isTerminal: process.stderr.isTTY,
    write: (text) => process.stderr.write(text),
    clock: () => performance.now(),
  })
  try {
    const counts = await seed({
      ...databaseConfig(process.env),
      size,
      today,
      seed: Number(values.seed),
      note: progress.note,
    })
    progress.end()
    for (const [table, rows] of counts) console.log(`${String(rows).padStart(8)} ${table}`)
    console.log(summary(size, counts, performance.now() - began))
  } catch (error) {
    progress.end()
    if (!(error instanceof SeedRefused)) throw error
    console.error(error.message)
    process.exitCode = values['if-empty'] && error.reason === 'not empty' ? 0 : 1
  }
}

function summary(size: SizeName, counts: ReadonlyMap<string, number>, tookMs: number): string {
  const rows = counts.values().reduce((sum, count) => sum + count, 0)
  const rate = Math.round((1000 * rows) / tookMs).toLocaleString('en')
  const mostMb = Math.round(process.resourceUsage().maxRSS / 1024)
  return `Seeded ${size}: ${rows.toLocaleString('en')} rows in ${(tookMs / 1000).toFixed(1)} s, ${rate} rows/s, ${mostMb} MB of memory at most`
}
