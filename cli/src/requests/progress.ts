import type { Progress } from '@strangler/core'

const english = new Intl.NumberFormat('en')

/** `copying orders: 1,200 of 6,000 rows (20 %)` */
export function describeProgress({ step = 'waiting', table, done, total }: Progress): string {
  const what = typeof table === 'string' ? `${step} ${table}` : step
  if (done === undefined) return what
  if (!total) return `${what}: ${english.format(done)} rows`
  const percent = Math.min(100, Math.floor((done * 100) / total))
  return `${what}: ${english.format(done)} of ${english.format(total)} rows (${percent} %)`
}
