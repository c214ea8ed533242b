import { afterEach, expect, test, vi } from 'vitest'
import { toPdf } from '../../../src/reports/files/pdf.ts'

const table = (rows: number) => ({
  title: 'Usage',
  columns: ['Name', 'Times'],
  rows: Array.from({ length: rows }, (_, at) => ['Łukasz 小花', at]),
})

const pagesOf = (file: Buffer) => file.toString('latin1').match(/\/Type \/Page$/gm)?.length

afterEach(() => void vi.useRealTimers())

test('many rows go on to further pages', async () => {
  expect(pagesOf(await toPdf(table(1), 'a period'))).toBe(1)
  expect(pagesOf(await toPdf(table(100), 'a period'))).toBe(3)
})

test('the same rows are the same file a day later', async () => {
  const today = await toPdf(table(3), 'a period')
  vi.useFakeTimers({ now: Date.now() + 86_400_000, toFake: ['Date'] })
  expect((await toPdf(table(3), 'a period')).equals(today)).toBe(true)
})
