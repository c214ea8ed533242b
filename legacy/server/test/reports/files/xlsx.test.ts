import { strFromU8, unzipSync } from 'fflate'
import { afterEach, expect, test, vi } from 'vitest'
import { toXlsx } from '../../../src/reports/files/xlsx.ts'

const table = { title: 'Sales & “more”', columns: ['Name', 'Times'], rows: [['Ż <b>', 12]] }

afterEach(() => void vi.useRealTimers())

test('its sheet holds the rows, numbers as numbers', async () => {
  const parts = unzipSync(await toXlsx(table))
  const texts = strFromU8(parts['xl/sharedStrings.xml']!)
  expect(texts).toContain('Ż &lt;b&gt;')
  expect(strFromU8(parts['xl/worksheets/sheet1.xml']!)).toMatch(/<c r="B2"[^>]*><v>12<\/v>/)
})

test('the same rows are the same file a day later', async () => {
  const today = await toXlsx(table)
  vi.useFakeTimers({ now: Date.now() + 86_400_000, toFake: ['Date'] })
  expect((await toXlsx(table)).equals(today)).toBe(true)
})
