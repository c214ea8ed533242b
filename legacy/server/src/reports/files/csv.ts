import type { Table } from '../table.ts'

/** RFC 4180, with the mark that spreadsheets want before they believe in UTF-8. */
export function toCsv({ columns, rows }: Table): Buffer {
  const lines = [columns, ...rows].map((cells) => cells.map(toCell).join(','))
  return Buffer.from(`\uFEFF${lines.join('\r\n')}\r\n`)
}

/** A text that a spreadsheet would take for a formula is given an apostrophe: anyone may have typed it. */
function toCell(value: string | number): string {
  if (typeof value === 'number') return String(value)
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
