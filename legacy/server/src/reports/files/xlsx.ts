import { unzipSync, zipSync } from 'fflate'
import writeExcel from 'write-excel-file/node'
import type { Table } from '../table.ts'

/** The earliest time that a ZIP file can hold, on whatever clock. */
const noTime = new Date(1980, 0, 1)

export async function toXlsx({ title, columns, rows }: Table): Promise<Buffer> {
  const header = columns.map((value) => ({ value, fontWeight: 'bold' as const }))
  const cells = rows.map((row) => row.map((value) => ({ value })))
  const written = await writeExcel([header, ...cells], { sheet: title }).toBuffer()
  // The library stamps each part with the time of day; the same numbers shall be the same file.
  return Buffer.from(zipSync(unzipSync(written), { mtime: noTime }))
}
